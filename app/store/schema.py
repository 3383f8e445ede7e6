"""Tables of the store. Portable types only, so that another database can take SQLite's place."""

from sqlalchemy import JSON, Column, MetaData, String, Table, Text

from app.store.database import GROWING

metadata = MetaData()

answers = Table(
    "answers",
    metadata,
    # Grows with every answer and is never used twice: what "the oldest" is, whatever the clock does.
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("question", Text, nullable=False),
    Column("created_at", String(40), nullable=False),  # ISO 8601
    Column("generation", String(128)),
    Column("body", JSON, nullable=False),
    sqlite_autoincrement=True,
)

# What a reader says of an answer. One verdict an answer: whoever thinks again sends it again.
feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String(64), primary_key=True),  # stays when the answer itself has gone
    Column("verdict", String(16), nullable=False),
    Column("reason", Text),
    Column("created_at", String(40), nullable=False),  # ISO 8601
)

# Which conversation an answer belongs to, by its text: all that a client of the OpenAI form sends back.
said = Table(
    "said",
    metadata,
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("text_sha256", String(64), nullable=False, index=True),
    Column("conversation_id", String(100), nullable=False),
    sqlite_autoincrement=True,
)

# Questions that readers sent to the meeting, in their own words.
sent_questions = Table(
    "sent_questions",
    metadata,
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("question", Text, nullable=False),
    Column("note", Text),
    Column("answer_id", String(64)),  # the answer that was not enough
    Column("origin", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("received_at", String(40), nullable=False),  # ISO 8601
    sqlite_autoincrement=True,
)
