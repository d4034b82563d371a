"""What durability costs a job: its steps through the inline engine and through the durable one, in one run."""
