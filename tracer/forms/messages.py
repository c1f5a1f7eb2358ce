"""What a person reads when an answer is none, where the form has no message of its own."""

from __future__ import annotations

from tracer.wording import Text

REQUIRED = Text(id="Pertanyaan ini perlu dijawab.", en="This question needs an answer.")
CONSTRAINT = Text(id="Jawaban ini di luar yang dapat diterima.", en="This answer is outside what can be accepted.")
ONE_ANSWER = Text(id="Pilih atau tulis satu jawaban saja.", en="Choose or write one answer only.")
NO_CHOICE = Text(id="Pilih salah satu jawaban yang ditawarkan.", en="Choose one of the answers offered.")
NO_INTEGER = Text(
    id="Tulis bilangan bulat dengan angka saja, misalnya 12.", en="Write a whole number in digits only, such as 12."
)
NO_DECIMAL = Text(id="Tulis bilangan dengan angka, misalnya 3,5.", en="Write a number in digits, such as 3.5.")
THOUSANDS = Text(
    id="Tulis bilangan tanpa pemisah ribuan, misalnya 1500 atau 1,5.",
    en="Write the number without thousands separators, such as 1500 or 1.5.",
)
NO_DATE = Text(id="Tulis tanggal lengkap, misalnya 2025-07-31.", en="Write the full date, such as 2025-07-31.")
TOO_LONG = Text(id="Jawaban terlalu panjang: ringkaslah.", en="The answer is too long: please shorten it.")
