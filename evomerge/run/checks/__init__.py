"""What a recipe would take and could prove, told before anything is done."""
