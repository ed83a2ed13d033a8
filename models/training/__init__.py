"""Training and export of the shipped models: one command a model, never run in CI."""

from assistant.language.quiet import silence_model_libraries

silence_model_libraries()
