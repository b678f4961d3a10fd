"""What the fictional firms say of themselves, in their own language."""

from __future__ import annotations

from collections.abc import Mapping

OPENINGS: Mapping[str, tuple[str, ...]] = {
    "pt": (
        "Somos uma empresa familiar e trabalhamos com {goods} desde {year}.",
        "A nossa equipa de {people} pessoas dedica-se a estes produtos: {goods}.",
        "Começámos em {year}, com duas pessoas e muita vontade; hoje fornecemos {goods} a clientes de toda a região.",
        "Produzimos {goods} em séries pequenas e com qualidade constante.",
        "A empresa nasceu em {year}. O nosso trabalho: {goods}.",
    ),
    "pt_BR": (
        "Somos uma empresa familiar e trabalhamos com {goods} desde {year}.",
        "Nossa equipe de {people} pessoas se dedica a estes produtos: {goods}.",
        "Começamos em {year}, com duas pessoas e muita vontade; hoje fornecemos {goods} para clientes da região.",
        "Produzimos {goods} em séries pequenas e com qualidade constante.",
        "A empresa nasceu em {year}. Nosso trabalho: {goods}.",
    ),
    "es": (
        "Somos una empresa familiar y trabajamos con {goods} desde {year}.",
        "Nuestro equipo de {people} personas se dedica a estos productos: {goods}.",
        "Empezamos en {year}, con dos personas y muchas ganas; hoy suministramos {goods} a clientes de la región.",
        "Producimos {goods} en series pequeñas y con calidad constante.",
    ),
    "fr": (
        "Nous sommes une entreprise familiale, fondée en {year}. Nos produits : {goods}.",
        "Notre équipe de {people} personnes se consacre à ces produits : {goods}.",
        "Nous produisons en petites séries et avec une qualité constante : {goods}.",
    ),
    "en": (
        "We are a family firm and have worked with {goods} since {year}.",
        "Our team of {people} makes and sells {goods}.",
        "We started in {year} with two people; today we supply {goods} to customers across the region.",
    ),
}
STRENGTHS: Mapping[str, tuple[str, ...]] = {
    "pt": (
        "Entregamos a tempo e respondemos no mesmo dia.",
        "Conhecemos cada produtor pelo nome.",
        "Fazemos amostras em duas semanas.",
        "Temos capacidade livre e vontade de crescer com parceiros.",
        "Metade do que produzimos já leva marca própria.",
        "Compramos a matéria-prima perto de casa.",
    ),
    "pt_BR": (
        "Entregamos no prazo e respondemos no mesmo dia.",
        "Conhecemos cada produtor pelo nome.",
        "Fazemos amostras em duas semanas.",
        "Temos capacidade livre e vontade de crescer com parceiros.",
        "Metade do que produzimos já leva marca própria.",
    ),
    "es": (
        "Entregamos a tiempo y respondemos el mismo día.",
        "Conocemos a cada productor por su nombre.",
        "Hacemos muestras en dos semanas.",
        "Tenemos capacidad libre y ganas de crecer con socios.",
    ),
    "fr": (
        "Nous livrons à temps et répondons le jour même.",
        "Nous connaissons chaque producteur par son nom.",
        "Nous faisons des échantillons en deux semaines.",
    ),
    "en": (
        "We deliver on time and answer the same day.",
        "We know every grower by name.",
        "We make samples within two weeks.",
        "We have capacity to spare and want to grow with partners.",
    ),
}
WISHES: Mapping[str, tuple[str, ...]] = {
    "pt": (
        "Sozinhos não chegamos lá; em conjunto, sim. O mercado que mais queremos: {market}.",
        "Procuramos quem já conheça o caminho. Mercado: {market}.",
        "Procuramos parceiros para encomendas maiores. Mercado: {market}.",
        "Já nos pediram preços de fora, mas falta-nos quem trate do resto. Mercado: {market}.",
    ),
    "pt_BR": (
        "Sozinhos não chegamos lá; juntos, sim. O mercado que mais queremos: {market}.",
        "Queremos exportar com quem já conhece o caminho. Mercado: {market}.",
        "Procuramos parceiros para pedidos maiores. Mercado: {market}.",
    ),
    "es": (
        "Solos no llegamos; juntos, sí. El mercado que más queremos: {market}.",
        "Buscamos a quien ya conozca el camino. Mercado: {market}.",
        "Buscamos socios para pedidos mayores. Mercado: {market}.",
    ),
    "fr": (
        "Seuls, nous n'y arrivons pas ; ensemble, oui. Marché visé : {market}.",
        "Nous cherchons des partenaires qui connaissent déjà le chemin. Marché : {market}.",
    ),
    "en": (
        "On our own we cannot get there; together we can. The market we want most: {market}.",
        "We look for partners who know the way already. Market: {market}.",
    ),
}
OFFERS: Mapping[str, str] = {
    "pt": "Partilhamos o que sabemos com quem quiser crescer connosco.",
    "pt_BR": "Compartilhamos o que sabemos com quem quiser crescer com a gente.",
    "es": "Compartimos lo que sabemos con quien quiera crecer con nosotros.",
    "fr": "Nous partageons ce que nous savons avec ceux qui veulent grandir avec nous.",
    "en": "We share what we know with those who want to grow with us.",
}
AND: Mapping[str, str] = {"pt": "e", "pt_BR": "e", "es": "y", "fr": "et", "en": "and"}
ASSOCIATIONS: Mapping[str, tuple[str, ...]] = {
    "AGO": ("Associação Exportar Junto (Angola)", "Liga dos Produtores do Planalto"),
    "PRT": ("Associação Rumo ao Mar", "Núcleo Exportador do Norte", "Fileira Sul"),
    "BRA": ("Associação Caminhos de Exportação", "Rede de Pequenas Fábricas"),
    "MOZ": ("Associação Porto Aberto", "Rede do Índico"),
    "CPV": ("Associação Ilhas que Vendem",),
}
CONSORTIA = (
    "Consórcio Rota do Sul 2019",
    "Consórcio Mesa Atlântica",
    "Consórcio Casa e Jardim 2021",
    "Grupo Feira de Madrid 2022",
    "Consórcio Sabores da Língua",
    "Grupo Porto Seco 2018",
)
GIVEN_NAMES = (
    "Ana", "Beatriz", "Carlos", "Domingos", "Elsa", "Fátima", "Gaspar", "Helena", "Inês", "Jacinto", "Luzia",
    "Manuel", "Nádia", "Osvaldo", "Paula", "Rui", "Sara", "Teresa", "Valter", "Yara",
)  # fmt: skip
SURNAMES = (
    "Almada", "Bravo", "Cardoso", "Domingues", "Esteves", "Fonseca", "Garrido", "Lemos", "Macedo", "Neto",
    "Oliva", "Pinheiro", "Quaresma", "Ribas", "Serrano", "Tavares", "Valente", "Ximenes",
)  # fmt: skip
