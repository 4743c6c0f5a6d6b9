"""`liaison web`: the pages, in processes of their own."""
