"""The product names of the Brazilian tariff, for readers in Brazil and elsewhere.

The tariff puts the European term after the Brazilian one, in brackets and with an
asterisk: "tela (ecrã*)". The European name is often of the other gender, so putting
it in the place of the Brazilian one would break the sentence around it. Readers in
Brazil get the Brazilian term alone, others get both, and spelling that differs by
rule is adapted.
"""

from __future__ import annotations

import re

_INNERMOST = re.compile(r"\s*\(((?:[^()]|\([^()]*\))*)\*\)")
_NASAL = re.compile(r"([êô])(?=[mn][aeiouáéíóúâ])", re.IGNORECASE)
_ACUTE = {"ê": "é", "ô": "ó", "Ê": "É", "Ô": "Ó"}
_WORDS = {
    "buquês": "ramos",
    "bebês": "bebés",
    "caminhões": "camiões",
    "clichês": "clichés",
    "contato": "contacto",
    "contatos": "contactos",
    "contêineres": "contentores",
    "crochê": "croché",
    "elétrons": "eletrões",
    "esporte": "desporto",
    "esportes": "desportos",
    "freios": "travões",
    "purês": "purés",
    "registrador": "registador",
    "registradoras": "registadoras",
    "registradores": "registadores",
    "registrar": "registar",
    "registro": "registo",
    "úmido": "húmido",
    "ônibus": "autocarros",
}
_KEPT = ("estômag", "sêmea")
_WORD = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"\b(\w+) \(\1\)")


def brazilian(name: str) -> str:
    """Leave the Brazilian term alone.

    >>> brazilian("um teclado e uma tela (ecrã*)")
    'um teclado e uma tela'
    """
    return _clean(_INNERMOST.sub("", name))


def european(name: str) -> str:
    """Keep both terms, and spell as in Portugal.

    >>> european("um teclado e uma tela (ecrã*)")
    'um teclado e uma tela (ecrã)'
    >>> european("Calçado para esporte, do gênero tênis")
    'Calçado para desporto, do género ténis'
    """
    both = _WORD.sub(_respell, _clean(name.replace("*)", ")")))
    return _TWICE.sub(r"\1", both)


def _respell(match: re.Match) -> str:
    word = match.group()
    known = _WORDS.get(word.lower())
    if known:
        return known.capitalize() if word[0].isupper() else known
    if word.lower().startswith(_KEPT):
        return word
    return _NASAL.sub(lambda letter: _ACUTE[letter.group()], word)


def _clean(name: str) -> str:
    return " ".join(name.replace("*", "").split()).replace(" ,", ",").replace(" )", ")")
