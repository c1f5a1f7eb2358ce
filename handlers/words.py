"""What the bot says by itself, in the language of the person's phone."""

from __future__ import annotations

from dataclasses import dataclass

from index.reply import Language


@dataclass(frozen=True)
class Words:
    """All sentences of the chat in one language; those with markup are Telegram HTML."""

    start: str
    help: str
    empty: str
    no_question: str
    too_long: str
    only_text: str
    unknown_command: str
    gone: str
    failed: str
    clause_button: str
    commands: tuple[tuple[str, str], ...]
    description: str
    short_description: str


WORDS: dict[Language, Words] = {
    "id": Words(
        start=(
            "Halo, {name}. Saya <b>TanyaMutu</b>.\n\n"
            "Tulis pertanyaan tentang standar mutu atau SOP. Saya menjawab dengan bunyi klausul dan"
            " tempatnya, atau mengatakan bahwa dokumen tidak memuatnya.\n\n"
            "Contoh: <i>Siapa yang mengesahkan kurikulum?</i>"
        ),
        help=(
            "<b>Cara bertanya</b>\n"
            "• Di sini: tulis saja pertanyaannya, dalam bahasa Indonesia atau Inggris.\n"
            "• Di grup: <code>/tanya</code> lalu pertanyaannya.\n\n"
            "Anda bisa menanyakan siapa yang bertanggung jawab, batas waktu, langkah-langkah, target,"
            " definisi, atau dokumen. Ketuk kutipan untuk membukanya, dan tombol di bawah"
            " jawaban untuk membaca klausul lengkapnya."
        ),
        empty="Tulis pertanyaannya setelah perintah, misalnya: /tanya kapan soal UTS dikumpulkan?",
        no_question=(
            "Itu belum berupa pertanyaan. Tanyakan sesuatu tentang standar mutu atau SOP,"
            " misalnya: siapa PIC tracer study?"
        ),
        too_long="Pertanyaannya terlalu panjang ({length} karakter); singkatkan menjadi {most} karakter.",
        only_text="Maaf, saya hanya bisa membaca teks. Silakan tulis pertanyaannya.",
        unknown_command="Perintah itu tidak saya kenal. Tulis pertanyaan, atau /help untuk petunjuk.",
        gone="Klausul ini tidak ditemukan lagi. Silakan tanyakan sekali lagi.",
        failed="Maaf, ada yang gagal di pihak kami. Coba lagi; jika berulang, sebutkan kode {reference}.",
        clause_button="Klausul lengkap",
        commands=(
            ("tanya", "Ajukan pertanyaan tentang standar atau SOP"),
            ("help", "Cara bertanya"),
            ("start", "Perkenalan"),
        ),
        description=("Tanyakan standar mutu dan SOP universitas. Jawaban disertai klausul dan tempatnya di dokumen."),
        short_description="Tanya jawab standar mutu dan SOP, lengkap dengan klausulnya.",
    ),
    "en": Words(
        start=(
            "Hello, {name}. I am <b>TanyaMutu</b>.\n\n"
            "Write a question about the quality standards or SOPs. I answer with the words of the clause and"
            " where they stand, or say that the documents do not tell.\n\n"
            "Example: <i>Who approves the curriculum?</i>"
        ),
        help=(
            "<b>How to ask</b>\n"
            "• Here: just write your question, in Indonesian or English.\n"
            "• In a group: <code>/tanya</code> and then the question.\n\n"
            "You can ask who is responsible, for time limits, steps, targets, definitions or documents. Tap a"
            " quote to unfold it, and the button below an answer to read the full clause."
        ),
        empty="Write the question after the command, for example: /tanya when are exam questions due?",
        no_question=(
            "That is no question yet. Ask about a quality standard or an SOP, for example: who is in charge of KKN?"
        ),
        too_long="The question is too long ({length} characters); please keep it to {most}.",
        only_text="Sorry, I can only read text. Please write your question.",
        unknown_command="I do not know this command. Write a question, or /help for how to ask.",
        gone="This clause cannot be found any more. Please ask again.",
        failed="Sorry, something failed on our side. Try again; if it happens again, mention {reference}.",
        clause_button="Full clause",
        commands=(
            ("tanya", "Ask about a standard or an SOP"),
            ("help", "How to ask"),
            ("start", "Introduction"),
        ),
        description="Ask about the university's quality standards and SOPs. Answers come with their clause.",
        short_description="Answers about quality standards and SOPs, with the exact clause.",
    ),
}
