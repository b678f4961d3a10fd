"""Steps to a legal form in words. The names of forms are those of their countries' laws, and are not translated."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

FORM_NAME = {
    "any": _l("In every country"),
    "ace": "Agrupamento complementar de empresas (ACE)",
    "consorcio": "Consórcio",
    "cooperativa": "Cooperativa",
    "lda": "Sociedade por quotas (Lda.)",
    "spe": "Sociedade de propósito específico (SPE)",
    "sociedade": "Sociedade comercial",
    "consorzio": "Consorzio con attività esterna",
    "rete": "Contratto di rete",
}
WHO = {
    "lead": _l("The lead firm"),
    "each": _l("Each member"),
    "all": _l("All members together"),
    "lawyer": _l("A lawyer"),
    "accountant": _l("An accountant"),
}
EVIDENCE = {
    "account": _l("Letter of the bank"),
    "books": _l("Accounts"),
    "contract": _l("Signed contract"),
    "declaration": _l("Declaration"),
    "minutes": _l("Minutes or decision"),
    "name": _l("Certificate of the name"),
    "opinion": _l("Written opinion"),
    "powers": _l("Power of attorney"),
    "register": _l("Extract of the register"),
    "tax_number": _l("Tax number"),
}
STEP = {
    "any_lawyer": _l(
        "Choose a lawyer in the country where the group will have its seat, and give them the documents."
    ),
    "any_form": _l("Decide between a contract without a body of its own and an entity with legal personality."),
    "any_powers": _l("Check who may bind each member, and keep the powers of attorney together."),
    "any_competition": _l(
        "Have it checked that agreeing on prices, markets or customers does not break competition law."
    ),
    "any_tax": _l("Ask how value-added tax and income are treated when one member invoices for the others."),
    "any_account": _l("Open an account for common money, with two signatures."),
    "any_contract": _l("Write down how a member leaves, how disputes are settled and which law applies."),
    "prt_ace_purpose": _l(
        "Make profit no main purpose of the ACE; as a secondary one it must be in the contract expressly."
    ),
    "prt_ace_name": _l(
        "Ask the national register of legal persons (RNPC) whether the name may be used; it ends in A. C. E."
    ),
    "prt_ace_contract": _l(
        "Put name, object, seat, duration and each member's contributions into the contract. The law of 1973 "
        "asks for a public deed: ask whether a written contract is enough today."
    ),
    "prt_ace_debts": _l(
        "Know that members answer jointly for the debts of the ACE once its own assets are used up, unless a "
        "creditor has agreed otherwise."
    ),
    "prt_ace_publish": _l("Register and publish the contract as for a commercial company."),
    "prt_ace_owners": _l("Declare the beneficial owners (RCBE) within 30 days of the registration."),
    "prt_consorcio_object": _l(
        "Check that the purpose is one of those that the law names, such as supplying others with equal or "
        "complementary goods that each member makes."
    ),
    "prt_consorcio_form": _l(
        "Put the contract in writing; a public deed is needed only where real estate changes hands."
    ),
    "prt_consorcio_kind": _l(
        "Decide whether customers deal with one member (internal) or with each as a member (external)."
    ),
    "prt_consorcio_changes": _l(
        "Agree that changes need everybody, or say in the contract that they do not; in the same form."
    ),
    "prt_consorcio_name": _l(
        "If you use a common name («… em consórcio»), settle who may sign under it: whoever signs answers to others."
    ),
    "prt_cooperativa_members": _l(
        "Check how many members a cooperative needs: firms may be members of one of the first degree."
    ),
    "prt_cooperativa_owners": _l("Declare the beneficial owners (RCBE) of the cooperative within 30 days."),
    "prt_lda_capital": _l("Agree on the capital, which is free; each quota is at least one euro."),
    "prt_lda_register": _l("Found the company at a commercial registry, for example by «Empresa na Hora»."),
    "bra_consorcio_no_person": _l(
        "Know that the consórcio is no legal person, and that each firm answers only for its own obligations "
        "as the contract says."
    ),
    "bra_consorcio_contract": _l(
        "Put into the contract: the undertaking, duration and address, each firm's duties, the sharing of "
        "revenue and results, administration, votes, and contributions to common expenses."
    ),
    "bra_consorcio_approval": _l(
        "Have the contract approved in each firm by the body that may authorise the sale of non-current assets."
    ),
    "bra_consorcio_file": _l(
        "File the contract with the Junta Comercial of the seat, and publish the certificate of filing."
    ),
    "bra_consorcio_cnpj": _l("Register the consórcio with the federal revenue (CNPJ)."),
    "bra_spe_members": _l(
        "Check that every member is a micro or small firm under Simples Nacional: nobody else may join."
    ),
    "bra_spe_one": _l("Check that no member is in another such SPE."),
    "bra_spe_company": _l("Found the SPE as a limited company and file its acts with the mercantile register."),
    "bra_spe_exports": _l("Write down that the SPE exports only goods that its own members give it."),
    "bra_spe_books": _l(
        "Prepare taxation by real profit, non-cumulative PIS and Cofins, and the books Diário and Razão."
    ),
    "bra_cooperativa_members": _l(
        "Check whether a cooperative fits: by its law it begins with 20 natural persons, and firms come in "
        "only by exception."
    ),
    "ago_consorcio_choose": _l(
        "Choose between consórcio and agrupamento de empresas: one law governs both contracts."
    ),
    "ago_consorcio_contract": _l(
        "Put the contract in writing, and ask which form and which registration the law wants."
    ),
    "ago_sociedade_contract": _l(
        "Write the contract of the company. Since 2015 a public deed and a minimum capital are in general not needed."
    ),
    "ago_sociedade_register": _l("Register the company: in law it exists only from then on."),
    "ago_sociedade_counter": _l(
        "Ask at the one-stop counter (Guiché Único da Empresa) what it takes and costs today."
    ),
    "ita_consorzio_contract": _l(
        "Put the contract in writing: object and duration (ten years if it is silent), office, duties and "
        "contributions, admission, powers, withdrawal and exclusion."
    ),
    "ita_consorzio_register": _l(
        "File an extract of the contract with the Registro delle imprese within 30 days, if an office deals "
        "with others."
    ),
    "ita_consorzio_debts": _l(
        "Know that the fund alone answers for what is signed in the name of the consorzio, and the member "
        "with it for what is signed on its account."
    ),
    "ita_consorzio_accounts": _l("File the statement of assets within two months of the end of each financial year."),
    "ita_rete_form": _l(
        "Conclude the contract by public deed, authenticated private deed or digital signature of every member."
    ),
    "ita_rete_organ": _l(
        "Decide whether there is a common body, with which powers, and how all other decisions are taken."
    ),
    "ita_rete_register": _l(
        "Have the contract entered in the register of every member: it takes effect with the last of these entries."
    ),
    "ita_rete_person": _l(
        "Decide whether the network becomes a subject of law, which needs a common fund and a common body."
    ),
}
