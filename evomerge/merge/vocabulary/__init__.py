"""The offspring's tokens: whose tokenizer it gets, and which rows its embeddings take."""
