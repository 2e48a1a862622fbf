"""What is wrong, since when, why, how sure, and what to type now: read from objects, never from the hand that broke them."""
