"""Facts of the unit tree that no package carries: identification codes, ministries, corrections to commune codes."""

from __future__ import annotations

from datetime import date
from typing import Final

TWO_LEVEL_GOVERNMENT: Final = date(2025, 7, 1)
"""Provinces and communes of today exist since then (Luật Tổ chức chính quyền địa phương 2025)."""

CABINET_OF_2025: Final = date(2025, 3, 1)
"""The ministries of today exist since then."""

MINISTRIES: Final[dict[str, str]] = {
    "G01": "Bộ Công an",
    "G02": "Bộ Công Thương",
    "G03": "Bộ Giáo dục và Đào tạo",
    "G06": "Bộ Khoa học và Công nghệ",
    "G08": "Bộ Ngoại giao",
    "G09": "Bộ Nội vụ",
    "G10": "Bộ Nông nghiệp và Môi trường",
    "G11": "Bộ Quốc phòng",
    "G12": "Bộ Tài chính",
    "G15": "Bộ Tư pháp",
    "G16": "Bộ Văn hóa, Thể thao và Du lịch",
    "G17": "Bộ Xây dựng",
    "G18": "Bộ Y tế",
    "G19": "Ngân hàng Nhà nước Việt Nam",
    "G20": "Thanh tra Chính phủ",
    "G21": "Bộ Dân tộc và Tôn giáo",
    "G22": "Văn phòng Chính phủ",
}

PROVINCE_CODES: Final[dict[str, str]] = {
    "01": "H26", "04": "H14", "08": "H60", "11": "H18", "12": "H35", "14": "H52", "15": "H38", "19": "H55",
    "20": "H37", "22": "H49", "24": "H05", "25": "H44", "31": "H24", "33": "H31", "37": "H42", "38": "H56",
    "40": "H41", "42": "H27", "44": "H50", "46": "H57", "48": "H17", "51": "H48", "52": "H21", "56": "H32",
    "66": "H15", "68": "H36", "75": "H19", "79": "H29", "80": "H53", "82": "H20", "86": "H61", "91": "H01",
    "92": "H13", "96": "H12",
}  # fmt: skip
"""Statistical code of a province (QĐ 19/2025/QĐ-TTg) → its electronic identification code."""

PROVINCE_NAMES: Final[dict[str, str]] = {"75": "Thành phố Đồng Nai"}
"""Đồng Nai is a centrally run city since 30/4/2026 (NQ 30/2026/QH16)."""

WARDS_OF_DONG_NAI: Final[frozenset[str]] = frozenset({
    "Đồng Phú", "Dầu Giây", "Long Thành", "Lộc Ninh", "Nhơn Trạch", "Tân Khai", "Tân Phú", "Trảng Bom", "Trị An",
    "Xuân Lộc",
})  # fmt: skip
"""Communes that became wards (phường) together with the city."""

COMMUNE_CODES: Final[dict[int, int]] = {
    73: 82, 130: 118, 148: 145, 167: 166, 187: 199, 196: 226, 226: 229, 277: 292, 304: 301, 313: 322, 319:
    331, 331: 340, 424: 430, 484: 475, 583: 577, 646: 643, 1537: 1561, 1558: 1537, 1561: 1558, 2674: 2671,
    2791: 2782, 3667: 3664, 4318: 4309, 4333: 4342, 4591: 4606, 4678: 4681, 4936: 4930, 5098: 5092, 5794:
    5788, 6016: 6004, 6193: 6211, 6202: 6196, 6214: 6124, 6421: 6436, 6970: 6978, 8035: 8038, 8161: 8173,
    8215: 8218, 8380: 8377, 8461: 8467, 8497: 8500, 8749: 8746, 9373: 9379, 9376: 9370, 9382: 9385, 9793:
    9787, 9838: 9856, 9859: 9871, 9922: 9952, 9928: 9910, 10006: 10003, 10009: 9982, 10018: 10045, 10084:
    10072, 10108: 10096, 10141: 10126, 10333: 10342, 10510: 10507, 10540: 10891, 10672: 10837, 10777: 10792,
    11341: 11329, 11986: 12004, 12052: 12073, 12220: 12223, 12478: 12583, 12841: 12916, 13285: 13318, 13291:
    13285, 13318: 13291, 13666: 13669, 13735: 13708, 14599: 14614, 15115: 15106, 15118: 15112, 15718: 15715,
    16063: 16072, 16207: 16222, 16219: 16213, 16994: 17011, 17152: 17170, 19165: 19138, 19768: 19753, 19786:
    19789, 19810: 19774, 19864: 19858, 20023: 19804, 20152: 20137, 20195: 20194, 20224: 20305, 20872: 20875,
    21862: 21859, 21889: 21901, 21898: 21880, 22003: 22006, 22066: 22060, 22306: 22303, 22408: 22411, 22779:
    22780, 22858: 22861, 22868: 22846, 22885: 22900, 22903: 22888, 22910: 22909, 23098: 23095, 23737: 23938,
    24481: 24472, 25264: 25252, 25336: 25333, 25453: 25450, 26329: 26332, 26794: 26800, 26797: 26803, 26812:
    26809, 26887: 26876, 26899: 26898, 26902: 26890, 27010: 27019, 27118: 27094, 27160: 27154, 27385: 27364,
    29752: 29740, 31207: 31228, 31212: 31207
}  # fmt: skip
"""Commune codes of the package that differ from QĐ 19/2025/QĐ-TTg → the official code."""

DEPARTMENTS: Final[list[tuple[str, str, str]]] = [
    ("H15.03", "H15", "Sở Công Thương tỉnh Đắk Lắk"),
    ("H15.16", "H15", "Sở Xây dựng tỉnh Đắk Lắk"),
    ("H15.50", "H15", "Sở Nông nghiệp và Môi trường tỉnh Đắk Lắk"),
    ("H19.151", "H19", "Sở Nông nghiệp và Môi trường thành phố Đồng Nai"),
    ("H19.151.11", "H19.151", "Văn phòng Đăng ký đất đai thành phố Đồng Nai"),
    ("H26.10", "H26", "Sở Nội vụ thành phố Hà Nội"),
    ("H26.103", "H26", "Sở Nông nghiệp và Môi trường thành phố Hà Nội"),
    ("H26.103.25", "H26.103", "Văn phòng Đăng ký đất đai Hà Nội"),
    ("H26.13", "H26", "Sở Tài chính thành phố Hà Nội"),
    ("H26.16", "H26", "Sở Tư pháp thành phố Hà Nội"),
]
"""Departments of the demonstration provinces: code, code of the unit above, name; those above come first."""

FIELDS: Final[dict[str, tuple[str, str]]] = {
    "G01-CA01": ("Căn cước", "G01"),
    "G01-CA05": ("Đăng ký, quản lý cư trú", "G01"),
    "G01-CA06": ("Đăng ký, quản lý phương tiện giao thông", "G01"),
    "G01-CA11": ("Quản lý xuất nhập cảnh", "G01"),
    "G01-CA27": ("Lý lịch tư pháp", "G01"),
    "G01-CA28": ("Sát hạch, cấp giấy phép lái xe", "G01"),
    "G02-CT22": ("Xuất nhập khẩu", "G02"),
    "G04-GT02": ("Đường bộ", "G17"),
    "G04-GT05": ("Hàng hải và đường thủy nội địa", "G17"),
    "G05-KD07": ("Thành lập và hoạt động của doanh nghiệp", "G12"),
    "G05-KD10": ("Thành lập và hoạt động của hộ kinh doanh", "G12"),
    "G06-KC02": ("Hoạt động khoa học và công nghệ", "G06"),
    "G07-LĐ03": ("Bảo trợ xã hội", "G18"),
    "G07-LĐ16": ("Giảm nghèo", "G10"),
    "G09-LĐ09": ("Người có công", "G09"),
    "G09-LĐ11": ("Việc làm", "G09"),
    "G12-TC02": ("Chứng khoán", "G12"),
    "G12-TC04": ("Hải quan", "G12"),
    "G12-TC18": ("Thuế", "G12"),
    "G13-TN02": ("Đất đai", "G10"),
    "G15-TP03": ("Chứng thực", "G15"),
    "G15-TP07": ("Hộ tịch", "G15"),
    "G15-TP09": ("Luật sư", "G15"),
    "G15-TP11": ("Nuôi con nuôi", "G15"),
    "G16-VH21": ("Du lịch", "G16"),
    "G17-XD11": ("Hoạt động xây dựng", "G17"),
    "G18-YT04": ("Dược phẩm", "G18"),
    "G19-NH01": ("Thành lập và hoạt động ngân hàng", "G19"),
    "G24-04": ("Thu bảo hiểm xã hội", "G12"),
}
"""Fields of administration (lĩnh vực): code → name and the ministry that owns it today."""
