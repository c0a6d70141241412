"""What daily life does to a page, as functions of a picture and a generator; `kinds` lists them."""
