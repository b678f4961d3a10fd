"""Every step to a legal form is said in words, and no words stand without a step."""

from __future__ import annotations

from reference.legal_forms import EVIDENCE, WHO, list_steps
from web.documents import step_words


def test_every_step_has_words_and_no_words_lack_a_step():
    assert set(step_words.STEP) == {step.step for step in list_steps()}


def test_every_form_every_actor_and_every_evidence_has_words():
    assert set(step_words.FORM_NAME) == {step.form for step in list_steps()}
    assert set(step_words.WHO) == set(WHO)
    assert set(step_words.EVIDENCE) == set(EVIDENCE)
