"""What is wrong with a questionnaire reads in Indonesian, with sheet and row, and with the words it is about."""

from __future__ import annotations

import pytest

from handlers.texts import speech
from handlers.tracer_faults import form_fault
from tracer.forms import Fault, FormError
from tracer.forms.reading import build_form
from tracer.forms.sheets import Row, Sheets, read_xlsx

Cells = dict[str, str]
YES: Cells = {"list_name": "yn", "name": "y", "label": "Ya"}
GROUP: Cells = {"type": "begin group", "name": "g", "label": "G"}


def text(**more: str) -> Cells:
    return {"type": "text", "name": "a", "label": "A", **more}


def faults_of(survey: list[Cells], choices: list[Cells]) -> list[Fault]:
    rows = {"survey": survey, "choices": choices, "settings": list[Cells]()}
    sheets = {name: tuple(Row(at, cells) for at, cells in enumerate(listed, 2)) for name, listed in rows.items()}
    with pytest.raises(FormError) as refused:
        build_form(Sheets(sheets, "row"))
    return list(refused.value.faults)


WRONG: dict[str, tuple[list[Cells], list[Cells], str]] = {
    "type": ([text(type="geopoint")], [], "survey, baris 2: jenis `geopoint` tidak didukung"),
    "no type": ([text(type="")], [], "survey, baris 2: baris ini tidak berjenis"),
    "no name": ([text(name="")], [], "tidak bernama"),
    "bad name": ([text(name="a b")], [], "nama `a b` harus"),
    "name twice": ([text(), text()], [], "survey, baris 3: nama `a` sudah dipakai di baris 2"),
    "no label": ([text(label="")], [], "tidak berlabel"),
    "no list": ([text(type="select_one yn")], [], "daftar `yn` tidak ada"),
    "open group": ([GROUP, text()], [], "grup `g` tidak ditutup"),
    "closed group": ([text(), {"type": "end group"}], [], "tidak ada grup yang terbuka"),
    "code twice": ([text(type="select_one yn")], [YES, YES], "choices, baris 3: kode `y` muncul dua kali"),
    "code with a space": ([text(type="select_one yn")], [{**YES, "name": "y y"}], "kode `y y` mengandung spasi"),
    "choice": ([text(type="select_one yn")], [{**YES, "label": ""}], "pilihan memerlukan"),
    "or_other": ([text(type="select_one yn or_other")], [YES], "`or_other` sesudah daftar"),
    "after a type": ([text(type="text more")], [], "`more` sesudah jenis text"),
    "column": ([text(default="x")], [], "kolom `default` tidak didukung"),
    "language": ([text(**{"label::Jawa (jv)": "A"})], [], "kolom `label::Jawa (jv)`: hanya bahasa Indonesia"),
    "meaningless": ([text(choice_filter="x = 1")], [], "kolom `choice_filter` tidak berarti untuk text"),
    "group column": ([{**GROUP, "required": "yes"}, text(), {"type": "end group"}], [], "tidak berarti untuk grup"),
    "spellings": ([text(relevant="1 = 1", relevance="1 = 1")], [], "muncul dua kali, dengan dua ejaan"),
    "later": ([text(relevant="${b} = 1")], [], "kolom `relevant`: `${b}` bukan pertanyaan sebelum ini"),
    "unknown name": ([text(relevant="b = 1")], [], "pertanyaan ditulis ${b}"),
    "broken": ([text(constraint=". >")], [], "kolom `constraint`: `. >` tidak dapat dibaca"),
    "function": ([text(constraint="pulldata(.)")], [], "fungsi pulldata() tidak didukung"),
    "pattern": ([text(constraint="regex(., '(')")], [], "pola `(` tidak dapat dibaca"),
    "dot": ([text(relevant=". = 1")], [], "gunakan hanya di constraint"),
    "deep": ([text(constraint="(" * 3_000)], [], "terlalu panjang atau terlalu dalam"),
    "calculation": ([text(), {"type": "calculate", "name": "c"}], [], "tidak berisi calculation"),
    "in a label": ([text(), text(name="b", label="Hai ${a}")], [], "`${…}` di kolom `label` tidak didukung"),
    "nothing": ([{"type": "calculate", "name": "c", "calculation": "1"}], [], "survey: lembar ini tidak berisi"),
    "Excel": ([text(label="#REF!")], [], "galat Excel #REF!"),
    "pyxform": ([text(name="meta")], [], "pyxform menolak formulir ini: "),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_fault_is_told_in_indonesian(kind: str) -> None:
    survey, choices, expected = WRONG[kind]
    told = [form_fault(speech("id"), fault) for fault in faults_of(survey, choices)]
    assert any(expected in line for line in told), told


def test_what_is_wrong_with_the_file_is_told_in_indonesian_too() -> None:
    with pytest.raises(FormError) as refused:
        read_xlsx(b"type,name,label")
    (fault,) = refused.value.faults
    assert form_fault(speech("id"), fault) == "berkas: ini bukan berkas .xlsx: simpan formulir sebagai buku kerja Excel"
    assert form_fault(speech("en"), fault) == "the file: this is no .xlsx file: save the form as an Excel workbook"


def test_the_english_words_are_those_of_the_fault() -> None:
    (fault,) = faults_of([text(relevant="${b} = 1")], [])
    assert form_fault(speech("en"), fault) == str(fault)
