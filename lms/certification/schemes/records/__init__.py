"""What is recorded of people: facts appended, histories read, timelines kept, awards made."""
