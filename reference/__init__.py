"""Reference data: countries, languages, products, industries, distances, indicators and trade."""
