"""`python -m assistant` is the command `privacy-assistant`."""

from assistant.cli import main

if __name__ == "__main__":
    main()
