"""Sites as the browser sees them: who gets data, and how the page protects its visitors."""
