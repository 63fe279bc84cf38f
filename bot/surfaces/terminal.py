"""``boussole ask``: an answer as cards in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.engine.current_house import current_house
from bot.house import House
from bot.presenter import card_text, footer_text, line_text, lines_to_show
from bot.reply import Reply
from bot.wording import wording_for


def show(reply: Reply) -> None:
    """Prints the answer: who to ring now, the partners, the question, the emergency lines, and why."""
    house: House = current_house()
    wording = wording_for(house.languages.locales[reply.reply_language])
    console = Console(width=min(Console().width, 100), highlight=False)
    if reply.alert:
        lines = [*reply.alert, *(line_text(line, wording) for line in lines_to_show(reply))]
        console.print(Panel(Text("\n".join(lines)), style="bold red"))
    if reply.say:
        console.print(Text("\n".join(reply.say)))
    for card in reply.cards:
        title, _, body = card_text(card, wording).partition("\n")
        console.print(Panel(Text(body), title=Text(title, style="bold"), title_align="left"))
    if reply.question:
        console.print(Text(reply.question, style="bold"))
        for index, option in enumerate(reply.options, 1):
            console.print(Text(f"  {index}. {option.label}"))
    console.print(Text(footer_text(reply, wording), style="red"))
    console.print(Text(f"[{reply.outcome}] {reply.why}", style="dim"))
