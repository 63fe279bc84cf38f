"""Understanding as Rasa graph components: language, sentence vectors, needs, danger, partners named in the message."""
