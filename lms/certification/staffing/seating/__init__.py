"""The pure part of staffing: parts of days, seats as a maximum flow, and why some stay empty."""
