"""Two processes on one store: what is due is taken with the message that says it by one of them."""

from __future__ import annotations

import datetime as dt
import re

from store.store import Store

DUE, PEOPLE = 300, 60
TELLS = """
    from bot.year.life import ZONE
    from bot.year.service import rooms_of
    from handlers.reminding import tell
    from reminders.almanac import Almanac
    from reminders.rulebook import Rulebook
    from store.store import Store

    with Store(path) as store:
        rooms, workers = rooms_of(store, Almanac(store, Rulebook((), ()), {}, ZONE), None)
        print("ready", flush=True)
        sys.stdin.readline()
        ticks = 0
        while rooms.desk.submit(lambda: tell(rooms)).result():
            ticks += 1
        rooms.desk.close()
        workers.shutdown()
        print(ticks, flush=True)
"""


def test_each_reminder_is_told_by_one_of_two_processes(path, program):
    with Store(path) as store, store.transaction():
        for person in range(1, PEOPLE + 1):
            store.people.seen(person, f"Person {person}", None, "en")
        past = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
        for number in range(DUE):
            person = number % PEOPLE + 1
            made = store.wishes.add_own(person, f"own-{number} report", past.date(), None)
            store.due.put("own", f"{made.id}", past, person, payload={"own": made.id}, is_exact=True)
    both = [program(TELLS), program(TELLS)]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        assert process.stdout.readline().strip().isdigit()
    with Store(path) as store, store.transaction():
        said = []
        while (message := store.outbox.claim("test")) is not None:
            said += re.findall(r"own-[0-9]+", message.parameters["text"])
            store.outbox.sending(message)
            store.outbox.sent(message)
    assert sorted(said) == sorted(f"own-{number}" for number in range(DUE))
