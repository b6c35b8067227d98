"""What the user learns and plans, in files of his own: one page an application, which he may read and edit."""
