"""Lists of procedures as ministries write them: as many rows as a test wants, no two alike."""

from __future__ import annotations

import json
import random
import unicodedata
from pathlib import Path
from typing import Any

from openpyxl import Workbook

VERBS = ("Cấp", "Cấp lại", "Gia hạn", "Đăng ký", "Thu hồi", "Công nhận", "Thông báo", "Điều chỉnh")
THINGS = (
    "giấy phép khai thác cát sỏi",
    "chứng chỉ hành nghề thú y",
    "giấy chứng nhận kiểm định tàu cá",
    "quyết định cho thuê mặt nước",
    "giấy phép vận tải hành khách đường thủy",
    "chứng nhận cơ sở trồng rừng",
    "giấy phép biểu diễn nghệ thuật",
    "thẻ nhà báo địa phương",
)
PLACES = ("ven biển", "miền núi", "hải đảo", "khu công nghiệp", "đô thị", "nông thôn", "biên giới", "làng nghề")


def row(number: int, rng: random.Random) -> dict[str, Any]:
    """A good row; every tenth with decomposed letters, blanks in its code and invisible marks, as real lists have."""
    name = f"{rng.choice(VERBS)} {rng.choice(THINGS)} {rng.choice(PLACES)} số {number}"
    code = f"1.{number:06d}"
    if number % 10 == 0:
        name, code = unicodedata.normalize("NFD", name).replace("số", "số\u200e"), f" {code[:4]} {code[4:]}\u00a0"
    papers = [f"Đơn đề nghị mẫu {number}", "Bản sao <b>giấy tờ</b>'; DROP TABLE catalogue_procedure; --"]
    return {
        "code": code,
        "name": name,
        "sector": "Thủy sản",
        "sector_code": f"G10-TS{number % 7:02d}",
        "ministry": "Bộ Nông nghiệp và Môi trường",
        "ministry_code": rng.choice(["G10", "G13", "H26"]),
        "authority": ["Chi cục Thủy sản"],
        "level": rng.sample(["Xã", "Tỉnh", "Trung ương", "Cơ quan khác"], rng.randint(1, 3)),
        "online_level": rng.choice(["toàn trình", "một phần", "không có kênh trực tuyến", None]),
        "channels": rng.sample(["ONLINE", "DIRECT", "POSTAL"], rng.randint(0, 3)),
        "processing_time_text": f"{rng.randint(1, 60)} ngày làm việc",
        "fee_text": rng.choice([None, "20.000 đồng"]),
        "components": papers,
        "components_detail": [
            {"name": paper, "original": 1, "copy": None, "case": "", "code": None} for paper in papers
        ],
        "result": ["Giấy phép"],
        "result_codes": [f"KQ.G10.{number:06d}"],
        "legal_basis": ["18/2017/QH14"],
        "audience": rng.sample(["công dân", "tổ chức", "doanh nghiệp"], rng.randint(1, 3)),
        "life_event": [],
        "life_event_expanded": ["Việc làm"],
        "decision_no": f"{number}/QĐ-BNNMT",
        "procedure_type": "STANDARD",
        "portal_id": "not ours",
    }


def rows(count: int, seed: int = 1) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [row(number, rng) for number in range(1, count + 1)]


def write_lines(path: Path, items: list[Any]) -> Path:
    """JSON lines; a string stands as it is."""
    lines = (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_sheet(path: Path, items: list[dict[str, Any]]) -> Path:
    """The same columns as a spreadsheet: lists one a line, papers as JSON."""
    book = Workbook()
    sheet = book.worksheets[0]
    columns = list(items[0])
    sheet.append(columns)
    for item in items:
        sheet.append([_cell(item.get(column)) for column in columns])
    book.save(path)
    return path


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        plain = all(isinstance(part, str) and ";" not in part for part in value)
        return "\n".join(value) if plain else json.dumps(value, ensure_ascii=False)
    return value
