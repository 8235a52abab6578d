"""`python -m campaign_actions` is the `campaign-actions` command."""

from campaign_actions.cli import main

main()
