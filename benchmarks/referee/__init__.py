"""Simulated promotions whose truth is known: how often is a verdict right?"""
