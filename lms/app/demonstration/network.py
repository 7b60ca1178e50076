"""The demonstration network: 110 centres in eleven districts, named after parts of Moscow.

The names are those of the city's districts; which of them has a centre, and its code, is made up
for the demonstration.
"""

from dataclasses import dataclass

NETWORK = (
    "network",
    "Сеть центров госуслуг (демонстрация)",
    "Government service centres (demonstration)",
)

# code: (Russian name, English name, "Центр — Centre" pairs)
DISTRICTS: dict[str, tuple[str, str, str]] = {
    "cao": (
        "Центральный округ",
        "Central District",
        "Флагманский офис ЦАО=Central Flagship Office,Арбат=Arbat,Басманный=Basmanny,"
        "Замоскворечье=Zamoskvorechye,Красносельский=Krasnoselsky,Мещанский=Meshchansky,"
        "Пресненский=Presnensky,Таганский=Tagansky,Тверской=Tverskoy,Хамовники=Khamovniki,"
        "Якиманка=Yakimanka",
    ),
    "sao": (
        "Северный округ",
        "Northern District",
        "Аэропорт=Aeroport,Беговой=Begovoy,Бескудниковский=Beskudnikovsky,Войковский=Voykovsky,"
        "Головинский=Golovinsky,Дмитровский=Dmitrovsky,Коптево=Koptevo,"
        "Левобережный=Levoberezhny,Сокол=Sokol,Тимирязевский=Timiryazevsky,Ховрино=Khovrino",
    ),
    "svao": (
        "Северо-Восточный округ",
        "North-Eastern District",
        "Алексеевский=Alekseyevsky,Алтуфьевский=Altufyevsky,Бабушкинский=Babushkinsky,"
        "Бибирево=Bibirevo,Лианозово=Lianozovo,Лосиноостровский=Losinoostrovsky,"
        "Марфино=Marfino,Марьина Роща=Maryina Roshcha,Отрадное=Otradnoye,"
        "Свиблово=Sviblovo,Ярославский=Yaroslavsky",
    ),
    "vao": (
        "Восточный округ",
        "Eastern District",
        "Богородское=Bogorodskoye,Вешняки=Veshnyaki,Гольяново=Golyanovo,Ивановское=Ivanovskoye,"
        "Измайлово=Izmaylovo,Метрогородок=Metrogorodok,Новогиреево=Novogireyevo,"
        "Перово=Perovo,Преображенское=Preobrazhenskoye,Сокольники=Sokolniki,"
        "Соколиная Гора=Sokolinaya Gora",
    ),
    "uvao": (
        "Юго-Восточный округ",
        "South-Eastern District",
        "Выхино=Vykhino,Капотня=Kapotnya,Кузьминки=Kuzminki,Лефортово=Lefortovo,"
        "Люблино=Lyublino,Марьино=Maryino,Нижегородский=Nizhegorodsky,Печатники=Pechatniki,"
        "Рязанский=Ryazansky,Текстильщики=Tekstilshchiki",
    ),
    "uao": (
        "Южный округ",
        "Southern District",
        "Бирюлёво Восточное=Biryulyovo East,Братеево=Brateyevo,Даниловский=Danilovsky,"
        "Донской=Donskoy,Зябликово=Zyablikovo,Нагатино=Nagatino,Орехово-Борисово=Orekhovo-Borisovo,"
        "Царицыно=Tsaritsyno,Чертаново Северное=Chertanovo North,"
        "Чертаново Центральное=Chertanovo Central,Чертаново Южное=Chertanovo South",
    ),
    "uzao": (
        "Юго-Западный округ",
        "South-Western District",
        "Академический=Akademichesky,Гагаринский=Gagarinsky,Зюзино=Zyuzino,Коньково=Konkovo,"
        "Котловка=Kotlovka,Ломоносовский=Lomonosovsky,Обручевский=Obruchevsky,"
        "Северное Бутово=Butovo North,Тёплый Стан=Tyoply Stan,Черёмушки=Cheryomushki,"
        "Ясенево=Yasenevo",
    ),
    "zao": (
        "Западный округ",
        "Western District",
        "Внуково=Vnukovo,Дорогомилово=Dorogomilovo,Крылатское=Krylatskoye,Кунцево=Kuntsevo,"
        "Можайский=Mozhaysky,Ново-Переделкино=Novo-Peredelkino,Очаково=Ochakovo,"
        "Проспект Вернадского=Vernadsky Avenue,Раменки=Ramenki,Солнцево=Solntsevo,"
        "Филёвский Парк=Filyovsky Park",
    ),
    "szao": (
        "Северо-Западный округ",
        "North-Western District",
        "Куркино=Kurkino,Митино=Mitino,Покровское-Стрешнево=Pokrovskoye-Streshnevo,"
        "Северное Тушино=Tushino North,Строгино=Strogino,Хорошёво-Мнёвники=Khoroshyovo-Mnyovniki,"
        "Щукино=Shchukino,Южное Тушино=Tushino South",
    ),
    "zelao": (
        "Зеленоградский округ",
        "Zelenograd District",
        "Крюково=Kryukovo,Матушкино=Matushkino,Савёлки=Savyolki,Силино=Silino,"
        "Старое Крюково=Staroye Kryukovo",
    ),
    "tinao": (
        "Троицкий и Новомосковский округа",
        "Troitsk and New Moscow Districts",
        "Вороновское=Voronovskoye,Десёновское=Desyonovskoye,Кокошкино=Kokoshkino,"
        "Московский=Moskovsky,Мосрентген=Mosrentgen,Сосенское=Sosenskoye,Троицк=Troitsk,"
        "Филимонковское=Filimonkovskoye,Щаповское=Shchapovskoye,Щербинка=Shcherbinka",
    ),
}

JOB_ROLES = (
    ("universal-specialist", "Универсальный специалист", "Universal specialist", 62),
    ("senior-specialist", "Старший специалист", "Senior specialist", 14),
    ("hall-administrator", "Администратор зала", "Hall administrator", 14),
    ("document-courier", "Специалист экспедиции", "Document flow specialist", 6),
    ("head-of-centre", "Руководитель центра", "Head of centre", 4),
)
CENTRAL_ROLES = (
    ("trainer", "Преподаватель учебного центра", "Training centre instructor"),
    ("hr-specialist", "Специалист отдела кадров", "HR specialist"),
    ("administrator", "Администратор системы", "System administrator"),
)


@dataclass(frozen=True)
class UnitRow:
    """One unit of the tree, parents before children."""

    code: str
    parent: str | None
    kind: str
    path: str
    name_ru: str
    name_en: str


def units() -> list[UnitRow]:
    """Return the whole tree: the network, eleven districts, 110 centres."""
    code, name_ru, name_en = NETWORK
    rows = [UnitRow(code, None, "network", f"/{code}/", name_ru, name_en)]
    for district, (title_ru, title_en, centres) in DISTRICTS.items():
        path = f"/{code}/{district}/"
        rows.append(UnitRow(district, code, "district", path, title_ru, title_en))
        for number, pair in enumerate(centres.split(","), start=1):
            centre_ru, centre_en = pair.split("=")
            centre = f"{district}-{number:02}"
            rows.append(
                UnitRow(
                    centre, district, "service_centre", f"{path}{centre}/", centre_ru, centre_en
                )
            )
    return rows
