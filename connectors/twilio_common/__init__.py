"""What the channels that Twilio carries share: its client, signature, forms, files, lists and refusals."""
