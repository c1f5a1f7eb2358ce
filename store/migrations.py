"""The tables, as numbered steps; a step that has been released is never changed, only followed by another.

Columns that name a person are called ``person_id``, ``chat_id`` (a private chat has the person's id) or end in
``_by``; each is listed in `store.owndata`, which a test checks. Workers are no persons: ``worker``.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("store")


@migrations()
def m001_units_and_people(db: Database) -> None:
    """Faculties and study programmes; who somebody is, and who asks to be more."""
    db.execute("""
        CREATE TABLE units (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('faculty', 'programme')),
            code TEXT UNIQUE,
            name TEXT NOT NULL,
            level TEXT,
            faculty_id INTEGER REFERENCES units(id)
        ) STRICT""")
    db.execute("CREATE UNIQUE INDEX units_faculty ON units(name) WHERE kind = 'faculty'")
    db.execute("""
        CREATE TABLE people (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            username TEXT,
            language TEXT NOT NULL CHECK (language IN ('id', 'en')),
            role TEXT NOT NULL,
            unit_id INTEGER REFERENCES units(id),
            state TEXT NOT NULL CHECK (state IN ('new', 'active', 'blocked')),
            created_at TEXT NOT NULL,
            seen_at TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE role_requests (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people(id),
            role TEXT NOT NULL,
            unit_id INTEGER REFERENCES units(id),
            state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn')),
            made_at TEXT NOT NULL,
            decided_by INTEGER REFERENCES people(id),
            decided_at TEXT
        ) STRICT""")
    db.execute("CREATE UNIQUE INDEX role_requests_pending ON role_requests(person_id) WHERE state = 'pending'")
    db.execute("CREATE INDEX role_requests_person ON role_requests(person_id)")
    db.execute("CREATE INDEX role_requests_decided ON role_requests(decided_by)")


@migrations()
def m002_invitations(db: Database) -> None:
    """Deep links that give a role, and who took them."""
    db.execute("""
        CREATE TABLE invitations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            token TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL,
            unit_id INTEGER REFERENCES units(id),
            made_by INTEGER REFERENCES people(id),
            made_at TEXT NOT NULL,
            uses INTEGER NOT NULL CHECK (uses >= 1),
            uses_left INTEGER NOT NULL CHECK (uses_left BETWEEN 0 AND uses),
            expires_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX invitations_made ON invitations(made_by)")
    db.execute("""
        CREATE TABLE redemptions (
            invitation_id INTEGER NOT NULL REFERENCES invitations(id),
            person_id INTEGER NOT NULL REFERENCES people(id),
            redeemed_at TEXT NOT NULL,
            PRIMARY KEY (invitation_id, person_id)
        ) STRICT""")
    db.execute("CREATE INDEX redemptions_person ON redemptions(person_id)")


@migrations()
def m003_conversations(db: Database) -> None:
    """What is being talked about, and the step of a dialogue."""
    db.execute("""
        CREATE TABLE topics (
            person_id INTEGER NOT NULL REFERENCES people(id),
            chat_id INTEGER NOT NULL,
            question TEXT NOT NULL,
            kind TEXT NOT NULL,
            language TEXT NOT NULL CHECK (language IN ('id', 'en')),
            documents TEXT NOT NULL,
            facts TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            PRIMARY KEY (person_id, chat_id)
        ) STRICT""")
    db.execute("""
        CREATE TABLE dialogues (
            person_id INTEGER NOT NULL REFERENCES people(id),
            chat_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            data TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            PRIMARY KEY (person_id, chat_id)
        ) STRICT""")


@migrations()
def m004_questions(db: Database) -> None:
    """What was asked, and what people thought of the answers."""
    db.execute("""
        CREATE TABLE questions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people(id),
            chat_id INTEGER NOT NULL,
            message_id INTEGER,
            asked_at TEXT NOT NULL,
            language TEXT NOT NULL CHECK (language IN ('id', 'en')),
            text TEXT NOT NULL,
            kind TEXT NOT NULL,
            answered INTEGER NOT NULL CHECK (answered IN (0, 1)),
            citations TEXT NOT NULL,
            settled_at TEXT,
            settled_by INTEGER REFERENCES people(id),
            curated_id INTEGER REFERENCES curated(id)
        ) STRICT""")
    db.execute("CREATE INDEX questions_person ON questions(person_id)")
    db.execute("CREATE INDEX questions_asked ON questions(asked_at)")
    db.execute("CREATE INDEX questions_settled ON questions(settled_by)")
    db.execute("CREATE INDEX questions_unanswered ON questions(id) WHERE answered = 0 AND settled_at IS NULL")
    db.execute("""
        CREATE TABLE feedback (
            question_id INTEGER NOT NULL REFERENCES questions(id) ON DELETE CASCADE,
            person_id INTEGER NOT NULL REFERENCES people(id),
            good INTEGER NOT NULL CHECK (good IN (0, 1)),
            reason TEXT NOT NULL,
            given_at TEXT NOT NULL,
            PRIMARY KEY (question_id, person_id)
        ) STRICT""")
    db.execute("CREATE INDEX feedback_person ON feedback(person_id)")
    db.execute("CREATE INDEX feedback_bad ON feedback(question_id) WHERE good = 0")


@migrations()
def m005_asking(db: Database) -> None:
    """When somebody asked lately."""
    db.execute("""
        CREATE TABLE asking (
            id INTEGER PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES people(id),
            asked_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX asking_person ON asking(person_id, asked_at)")
    db.execute("CREATE INDEX asking_when ON asking(asked_at)")


@migrations()
def m006_curated(db: Database) -> None:
    """The answers that people wrote."""
    db.execute("""
        CREATE TABLE curated (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            language TEXT NOT NULL CHECK (language IN ('id', 'en')),
            written_by INTEGER REFERENCES people(id),
            author TEXT NOT NULL,
            author_role TEXT NOT NULL,
            written_at TEXT NOT NULL,
            question_id INTEGER REFERENCES questions(id) ON DELETE SET NULL,
            withdrawn_at TEXT,
            withdrawn_by INTEGER REFERENCES people(id)
        ) STRICT""")
    db.execute("CREATE INDEX curated_written ON curated(written_by)")
    db.execute("CREATE INDEX curated_withdrawn ON curated(withdrawn_by)")
    db.execute("CREATE INDEX curated_question ON curated(question_id)")
    db.execute("CREATE INDEX questions_curated ON questions(curated_id)")


@migrations()
def m007_inbox(db: Database) -> None:
    """Updates as Telegram sent them, kept before they are confirmed."""
    db.execute("""
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            update_id INTEGER NOT NULL UNIQUE,
            key TEXT NOT NULL,
            person_id INTEGER,
            chat_id INTEGER,
            payload TEXT NOT NULL,
            received_at TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('new', 'claimed', 'done', 'failed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            claimed_until TEXT,
            finished_at TEXT,
            error TEXT
        ) STRICT""")
    db.execute("CREATE INDEX inbox_open_order ON inbox(update_id) WHERE state IN ('new', 'claimed')")
    db.execute("CREATE INDEX inbox_open_key ON inbox(key, update_id) WHERE state IN ('new', 'claimed')")
    db.execute("CREATE INDEX inbox_person ON inbox(person_id)")
    db.execute("CREATE INDEX inbox_chat ON inbox(chat_id)")
    db.execute("CREATE INDEX inbox_state ON inbox(state, finished_at)")


@migrations()
def m008_outbox(db: Database) -> None:
    """Messages on their way to Telegram."""
    db.execute("""
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            chat_id INTEGER NOT NULL,
            person_id INTEGER,
            method TEXT NOT NULL,
            parameters TEXT NOT NULL,
            file TEXT,
            dedupe_key TEXT NOT NULL UNIQUE,
            priority INTEGER NOT NULL,
            not_before TEXT NOT NULL,
            update_id INTEGER,
            created_at TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'uncertain')),
            attempts INTEGER NOT NULL DEFAULT 0,
            perhaps_accepted INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            claimed_until TEXT,
            message_id INTEGER,
            finished_at TEXT,
            error TEXT
        ) STRICT""")
    db.execute("CREATE INDEX outbox_open_order ON outbox(priority DESC, id) WHERE state = 'queued'")
    db.execute("CREATE INDEX outbox_open_chat ON outbox(chat_id) WHERE state IN ('queued', 'sending')")
    db.execute("CREATE INDEX outbox_chat ON outbox(chat_id)")
    db.execute("CREATE INDEX outbox_person ON outbox(person_id)")
    db.execute("CREATE INDEX outbox_state ON outbox(state, finished_at)")


@migrations()
def m009_due(db: Database) -> None:
    """Things that come due: what reminders and the tracer study will wait for."""
    db.execute("""
        CREATE TABLE due (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            due_at TEXT NOT NULL,
            payload TEXT NOT NULL,
            person_id INTEGER REFERENCES people(id),
            chat_id INTEGER,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'done', 'cancelled')),
            attempts INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            claimed_until TEXT,
            UNIQUE (kind, key)
        ) STRICT""")
    db.execute("CREATE INDEX due_open ON due(due_at) WHERE state IN ('waiting', 'claimed')")
    db.execute("CREATE INDEX due_person ON due(person_id)")
    db.execute("CREATE INDEX due_chat ON due(chat_id)")


@migrations()
def m010_staff(db: Database) -> None:
    """Who is expected as a member of staff, and which invitations are for one of them."""
    db.execute("""
        CREATE TABLE staff (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            unit_id INTEGER REFERENCES units(id),
            identifier TEXT UNIQUE,
            username TEXT,
            person_id INTEGER REFERENCES people(id)
        ) STRICT""")
    db.execute("CREATE INDEX staff_person ON staff(person_id)")
    db.execute("ALTER TABLE invitations ADD COLUMN staff_id INTEGER REFERENCES staff(id) ON DELETE SET NULL")
    db.execute("CREATE INDEX invitations_staff ON invitations(staff_id)")


@migrations()
def m011_due_at_once(db: Database) -> None:
    """Due things without claims: what is due is taken in the transaction that says it. Nothing was written before."""
    db.execute("DROP TABLE due")
    db.execute("""
        CREATE TABLE due (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            subject TEXT NOT NULL,
            due_at TEXT NOT NULL,
            exact INTEGER NOT NULL CHECK (exact IN (0, 1)),
            payload TEXT NOT NULL,
            person_id INTEGER NOT NULL REFERENCES people(id),
            state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'cancelled')),
            ended_at TEXT,
            UNIQUE (kind, key)
        ) STRICT""")
    db.execute("CREATE INDEX due_waiting ON due(due_at, id) WHERE state = 'waiting'")
    db.execute("CREATE INDEX due_waiting_person ON due(person_id, due_at) WHERE state = 'waiting'")
    db.execute("CREATE INDEX due_waiting_subject ON due(subject) WHERE state = 'waiting'")
    db.execute("CREATE INDEX due_person ON due(person_id)")
    db.execute("CREATE INDEX due_ended ON due(ended_at) WHERE state != 'waiting'")


@migrations()
def m012_events(db: Database) -> None:
    """The academic calendar."""
    db.execute("""
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            unit_id INTEGER REFERENCES units(id),
            starts TEXT NOT NULL,
            ends TEXT NOT NULL CHECK (ends >= starts),
            uid TEXT UNIQUE,
            made_by INTEGER REFERENCES people(id),
            changed_at TEXT NOT NULL,
            removed_at TEXT
        ) STRICT""")
    db.execute("CREATE INDEX events_kind ON events(kind, starts) WHERE removed_at IS NULL")
    db.execute("CREATE INDEX events_made ON events(made_by)")


@migrations()
def m013_rulings(db: Database) -> None:
    """What coordinators say of the documents' time limits, and which limits the documents had when last looked at."""
    db.execute("""
        CREATE TABLE rulings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            rule_key TEXT NOT NULL,
            document TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'corrected', 'off', 'open')),
            correction TEXT NOT NULL,
            reason TEXT NOT NULL,
            made_by INTEGER REFERENCES people(id),
            author TEXT NOT NULL,
            author_role TEXT NOT NULL,
            made_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX rulings_rule ON rulings(rule_key, id)")
    db.execute("CREATE INDEX rulings_made ON rulings(made_by)")
    db.execute("""
        CREATE TABLE known_rules (
            rule_key TEXT PRIMARY KEY,
            document TEXT NOT NULL
        ) STRICT""")


@migrations()
def m014_runs(db: Database) -> None:
    """Runs of SOPs: their steps as they were planned, who has which, and the audit trail."""
    db.execute("""
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document TEXT NOT NULL,
            code TEXT NOT NULL,
            title TEXT NOT NULL,
            digest TEXT NOT NULL,
            unit_id INTEGER REFERENCES units(id),
            coordinator_id INTEGER REFERENCES people(id),
            state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'finished', 'stopped')),
            repeats INTEGER NOT NULL CHECK (repeats IN (0, 1)),
            origin TEXT UNIQUE,
            started_at TEXT NOT NULL,
            finished_at TEXT
        ) STRICT""")
    db.execute("CREATE INDEX runs_coordinator ON runs(coordinator_id)")
    db.execute("CREATE INDEX runs_running ON runs(unit_id) WHERE state = 'running'")
    db.execute("""
        CREATE TABLE run_steps (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id INTEGER NOT NULL REFERENCES runs(id),
            position INTEGER NOT NULL,
            number TEXT NOT NULL,
            text TEXT NOT NULL,
            code TEXT NOT NULL,
            source TEXT NOT NULL,
            first_line INTEGER NOT NULL,
            last_line INTEGER NOT NULL,
            actor TEXT NOT NULL,
            actor_name TEXT NOT NULL,
            by_each INTEGER NOT NULL CHECK (by_each IN (0, 1)),
            rule_key TEXT,
            anchor TEXT,
            event_id INTEGER REFERENCES events(id),
            time_limit TEXT,
            leads TEXT,
            due_on TEXT,
            earliest TEXT,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'done', 'skipped')),
            schedule INTEGER NOT NULL DEFAULT 0,
            opened_at TEXT,
            finished_at TEXT,
            note TEXT NOT NULL DEFAULT '',
            UNIQUE (run_id, position)
        ) STRICT""")
    db.execute("CREATE INDEX run_steps_event ON run_steps(event_id)")
    db.execute("CREATE INDEX run_steps_left ON run_steps(due_on) WHERE state IN ('waiting', 'open')")
    db.execute("""
        CREATE TABLE assignments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            step_id INTEGER NOT NULL REFERENCES run_steps(id),
            person_id INTEGER REFERENCES people(id),
            held_role TEXT,
            instead_of INTEGER REFERENCES assignments(id),
            state TEXT NOT NULL CHECK (state IN ('offered', 'assigned', 'done', 'ended')),
            changed_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX assignments_step ON assignments(step_id)")
    db.execute("CREATE INDEX assignments_person ON assignments(person_id, state)")
    db.execute("""
        CREATE TABLE holders (
            actor TEXT NOT NULL,
            unit_id INTEGER REFERENCES units(id),
            person_id INTEGER NOT NULL REFERENCES people(id),
            named_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE UNIQUE INDEX holders_one ON holders(actor, coalesce(unit_id, 0))")
    db.execute("CREATE INDEX holders_person ON holders(person_id)")
    db.execute("""
        CREATE TABLE trail (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            act TEXT NOT NULL,
            run_id INTEGER REFERENCES runs(id),
            step_id INTEGER REFERENCES run_steps(id),
            done_by INTEGER REFERENCES people(id),
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            told_by INTEGER REFERENCES people(id),
            told_name TEXT NOT NULL,
            details TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX trail_run ON trail(run_id)")
    db.execute("CREATE INDEX trail_step ON trail(step_id)")
    db.execute("CREATE INDEX trail_done ON trail(done_by)")
    db.execute("CREATE INDEX trail_told ON trail(told_by)")


@migrations()
def m015_reminders(db: Database) -> None:
    """When somebody wants to be reminded, and of what of their own."""
    db.execute("""
        CREATE TABLE reminder_wishes (
            person_id INTEGER PRIMARY KEY REFERENCES people(id),
            leads TEXT,
            morning TEXT NOT NULL,
            quiet_from TEXT NOT NULL,
            quiet_to TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE own_reminders (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL REFERENCES people(id),
            text TEXT NOT NULL,
            day TEXT NOT NULL,
            time TEXT,
            clause TEXT,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'done')),
            schedule INTEGER NOT NULL DEFAULT 0,
            made_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX own_reminders_person ON own_reminders(person_id, state)")
    db.execute("CREATE TABLE remembered (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    db.execute("ALTER TABLE outbox ADD COLUMN late_at TEXT")
    db.execute("ALTER TABLE outbox ADD COLUMN late_mark TEXT")
    db.execute("ALTER TABLE due ADD COLUMN planned_at TEXT")


@migrations()
def m016_changed_rules(db: Database) -> None:
    """Since when a rule is new in a document that was known before; none for what its first version says."""
    db.execute("ALTER TABLE known_rules ADD COLUMN changed_at TEXT")


@migrations()
def m020_graduates(db: Database) -> None:
    """The graduates that a tracer study asks; what the ministry wants of identity apart from them."""
    db.execute("""
        CREATE TABLE graduates (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            digest TEXT NOT NULL UNIQUE,
            nim TEXT UNIQUE,
            name TEXT NOT NULL,
            programme_code TEXT NOT NULL,
            programme_name TEXT NOT NULL,
            level TEXT NOT NULL,
            cohort INTEGER NOT NULL,
            graduated_on TEXT,
            born_on TEXT,
            phone TEXT,
            email TEXT,
            person_id INTEGER REFERENCES people(id),
            no_contact_at TEXT,
            erased_at TEXT,
            changed_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX graduates_cohort ON graduates(cohort, programme_code)")
    db.execute("CREATE INDEX graduates_person ON graduates(person_id)")
    db.execute("""
        CREATE TABLE identities (
            graduate_id INTEGER PRIMARY KEY REFERENCES graduates(id) ON DELETE CASCADE,
            nik TEXT,
            npwp TEXT
        ) STRICT""")
    db.execute("""
        CREATE TABLE identity_guesses (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER REFERENCES people(id),
            graduate_id INTEGER REFERENCES graduates(id) ON DELETE CASCADE,
            guessed_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX identity_guesses_person ON identity_guesses(person_id, guessed_at)")
    db.execute("CREATE INDEX identity_guesses_graduate ON identity_guesses(graduate_id, guessed_at)")


@migrations()
def m021_campaigns(db: Database) -> None:
    """Campaigns of surveys, the forms that people sent for them, and the links that invite to them."""
    db.execute("""
        CREATE TABLE own_forms (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            sheets TEXT NOT NULL,
            made_by INTEGER REFERENCES people(id),
            made_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX own_forms_made ON own_forms(made_by)")
    db.execute("""
        CREATE TABLE campaigns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('national', 'employer', 'needs', 'feedback', 'short', 'own')),
            title TEXT NOT NULL,
            form_id INTEGER REFERENCES own_forms(id),
            academic_year INTEGER NOT NULL,
            first_cohort INTEGER NOT NULL,
            last_cohort INTEGER NOT NULL CHECK (last_cohort >= first_cohort),
            unit_id INTEGER REFERENCES units(id),
            opens TEXT NOT NULL,
            closes TEXT NOT NULL CHECK (closes >= opens),
            state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed')),
            asks_nik INTEGER NOT NULL CHECK (asks_nik IN (0, 1)),
            made_by INTEGER REFERENCES people(id),
            made_at TEXT NOT NULL,
            CHECK ((kind = 'own') = (form_id IS NOT NULL))
        ) STRICT""")
    db.execute("CREATE INDEX campaigns_form ON campaigns(form_id)")
    db.execute("CREATE INDEX campaigns_made ON campaigns(made_by)")
    db.execute("""
        CREATE TABLE survey_links (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            token TEXT NOT NULL UNIQUE,
            campaign_id INTEGER NOT NULL REFERENCES campaigns(id),
            graduate_id INTEGER REFERENCES graduates(id),
            made_at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE UNIQUE INDEX survey_links_graduate ON survey_links(campaign_id, graduate_id)")
    db.execute("CREATE INDEX survey_links_of ON survey_links(graduate_id)")


@migrations()
def m022_interviews(db: Database) -> None:
    """Who answers what: an interview for each respondent of a campaign, and its answers."""
    db.execute("""
        CREATE TABLE interviews (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            campaign_id INTEGER NOT NULL REFERENCES campaigns(id),
            respondent TEXT NOT NULL CHECK (respondent IN ('graduate', 'employer')),
            link_id INTEGER REFERENCES survey_links(id) ON DELETE SET NULL,
            graduate_id INTEGER REFERENCES graduates(id),
            person_id INTEGER REFERENCES people(id),
            programme_code TEXT,
            level TEXT,
            cohort INTEGER,
            language TEXT CHECK (language IN ('id', 'en')),
            state TEXT NOT NULL CHECK (state IN ('invited', 'running', 'paused', 'sent', 'withdrawn', 'erased')),
            source TEXT NOT NULL CHECK (source IN ('chat', 'telephone', 'import')),
            taken_by INTEGER REFERENCES people(id),
            revisiting TEXT,
            last_update TEXT,
            invited_at TEXT,
            consented_at TEXT,
            changed_at TEXT,
            sent_at TEXT
        ) STRICT""")
    db.execute(
        "CREATE UNIQUE INDEX interviews_graduate ON interviews(campaign_id, graduate_id) WHERE respondent = 'graduate'"
    )
    db.execute(
        "CREATE UNIQUE INDEX interviews_employer ON interviews(link_id, person_id) WHERE respondent = 'employer'"
    )
    db.execute("CREATE INDEX interviews_campaign ON interviews(campaign_id, state)")
    db.execute("CREATE INDEX interviews_of ON interviews(graduate_id)")
    db.execute("CREATE INDEX interviews_person ON interviews(person_id)")
    db.execute("CREATE INDEX interviews_taken ON interviews(taken_by)")
    db.execute("""
        CREATE TABLE answers (
            interview_id INTEGER NOT NULL REFERENCES interviews(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            answered_at TEXT NOT NULL,
            set_aside INTEGER NOT NULL DEFAULT 0 CHECK (set_aside IN (0, 1)),
            PRIMARY KEY (interview_id, name)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m024_campaign_contact(db: Database) -> None:
    """Whom the asked may turn to."""
    db.execute("ALTER TABLE campaigns ADD COLUMN contact TEXT NOT NULL DEFAULT ''")


@migrations()
def m025_following_up(db: Database) -> None:
    """Files that wait for a decision of who sent them, and who was reminded of which survey."""
    db.execute("""
        CREATE TABLE uploads (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL UNIQUE REFERENCES people(id),
            name TEXT NOT NULL,
            content BLOB NOT NULL,
            data TEXT NOT NULL,
            sent_at TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE survey_reminders (
            campaign_id INTEGER NOT NULL REFERENCES campaigns(id),
            about TEXT NOT NULL,
            person_id INTEGER NOT NULL REFERENCES people(id),
            number INTEGER NOT NULL,
            told_at TEXT NOT NULL,
            PRIMARY KEY (campaign_id, about, number)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX survey_reminders_person ON survey_reminders(person_id)")


@migrations()
def m026_refused_links(db: Database) -> None:
    """An employer who does not want to answer: the mark stands with the link, who it was is not kept."""
    db.execute("ALTER TABLE survey_links ADD COLUMN refused_at TEXT")
