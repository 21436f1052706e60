"""What happens around a dialog: what is asked, what the review is told, and what is said then."""
