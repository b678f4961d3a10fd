"""What the fictional firms know of markets: invented, and marked as such in each source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import BarrierState, Firm, MarketBarrier, Person, now_utc

KIANDA, DOURO, IRACEMA = range(3)
KNOWN = (
    # firm, market, heading, kind, level or percent, words, source, age of the source in days
    (DOURO, "AGO", "1509", "homologation", "certificate",
     "Pedem um certificado de análise por lote e o rótulo em português com o nome do importador.",
     "Demonstração: carta do nosso importador em Luanda", 40),
    (DOURO, "AGO", "1509", "tax", 17.0, "Direitos e imposto de consumo que não se recuperam, no azeite embalado.",
     "Demonstração: fatura do despachante", 75),
    (DOURO, "AGO", "2204", "homologation", "registration",
     "O importador regista cada vinho antes da primeira remessa; conte com dois meses.",
     "Demonstração: experiência própria com três remessas", 120),
    (DOURO, "AGO", "2204", "tax", 46.5, "Com o imposto especial sobre bebidas alcoólicas.",
     "Demonstração: pauta consultada pelo despachante", 75),
    (DOURO, "BRA", "1509", "homologation", "laboratory",
     "Análise num laboratório acreditado à chegada; a remessa espera cerca de três semanas.",
     "Demonstração: relatório de uma feira em São Paulo", 200),
    (DOURO, "MOZ", "1509", "tax", 20.0, "", "Demonstração: folheto de uma associação", 300),
    (KIANDA, "PRT", "0305", "homologation", "registration",
     "O estabelecimento tem de constar da lista aprovada, e cada lote leva certificado sanitário.",
     "Demonstração: reunião com a autoridade do pescado", 30),
    (KIANDA, "PRT", "0305", "tax", 0.0, "Sem direitos quando há prova de origem.",
     "Demonstração: acordo lido com o despachante", 60),
    (KIANDA, "BRA", "0303", "homologation", "laboratory", "Registo do rótulo e análise por lote.",
     "Demonstração: conversa com um importador do Recife", 150),
    (IRACEMA, "PRT", "0801", "homologation", "certificate",
     "Limites de aflatoxinas: um certificado por contentor evita surpresas no porto.",
     "Demonstração: experiência própria", 20),
    (IRACEMA, "PRT", "0305", "homologation", "certificate",
     "Há dois anos bastava o certificado sanitário; vejam se ainda é assim.",
     "Demonstração: nota antiga de um agente", 700),
    (IRACEMA, "FRA", "0801", "homologation", "declaration", "Rótulo em francês e declaração de alergénios.",
     "Demonstração: guia de um comprador", 90),
)  # fmt: skip
WAITING = (
    (IRACEMA, "PRT", "0811", "homologation", "laboratory", "Pediram análise de pesticidas na última remessa.",
     "Demonstração: carta do porto de Sines", 12),
    (KIANDA, "BRA", "0306", "tax", 28.5, "Direitos, e o imposto estadual que fica por recuperar.",
     "Demonstração: cálculo de um despachante de Santos", 15),
)  # fmt: skip


def tell_barriers(db: Session, firms: Sequence[int], moderator: Person) -> None:
    """Let the featured firms tell what they know; a moderator has published all but the last two."""
    now = now_utc()
    authors = {firm.id: firm.posts[0].person_id for firm in db.scalars(sa.select(Firm).where(Firm.id.in_(firms)))}
    for place, (author, market, heading, kind, asked, words, source, age) in enumerate((*KNOWN, *WAITING)):
        is_waiting = place >= len(KNOWN)
        entered = now - dt.timedelta(days=place - len(KNOWN) + 2 if is_waiting else 30 - place, hours=place)
        db.add(
            MarketBarrier(
                country=market,
                heading=heading,
                kind=kind,
                level=asked if kind == "homologation" else "",
                percent=asked if kind == "tax" else None,
                words=words,
                source=source,
                source_date=(now - dt.timedelta(days=age)).date(),
                firm_id=firms[author],
                person_id=authors[firms[author]],
                entered_at_utc=entered,
                state=BarrierState.WAITING if is_waiting else BarrierState.PUBLISHED,
                moderator_id=None if is_waiting else moderator.id,
                decided_at_utc=None if is_waiting else entered + dt.timedelta(days=1),
            )
        )
    db.flush()
