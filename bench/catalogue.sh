# The peer's categories and products in our databases, with the same ids, and users to log in; sourced by bench/run.
# It goes through our own commands. Our ids are 1 to 10,000 as the peer's are, because the import comes first, in the
# order of the peer's ids, into an empty database; the demo market, which `seed` adds with the users, comes after it
# and is put out of sight. same_products checks it.
catalogue=$state/catalogue

products_of_peer() { # into products.csv, categories.sql, names.txt
  mkdir -p "$catalogue"
  psql -d peer -c "SELECT format('INSERT INTO categories (name, slug, description) VALUES (%L, %L, '''');', name, slug) FROM products_category ORDER BY id" >"$catalogue/categories.sql"

  # Two listings of one seller with one name would be one listing to the import, so those get different sellers.
  psql -d peer <<SQL
\\copy (SELECT 'seller' || (length(p.name) + row_number() OVER (PARTITION BY p.name ORDER BY p.id)) % 8 + 1 || '@example.com' AS seller, p.name, p.description, p.price, c.slug AS category, 'kg' AS unit, p.stock, 'Thika' AS "location.name", -1.03 AS "location.latitude", 37.07 AS "location.longitude" FROM products_product p JOIN products_category c ON c.id = p.category_id ORDER BY p.id) TO '$catalogue/products.csv' CSV HEADER
SQL
  psql -d peer -c "SELECT p.id || '|' || p.name || '|' || c.slug FROM products_product p JOIN products_category c ON c.id = p.category_id ORDER BY p.id" >"$catalogue/names.txt"
}

fill() { # "SETTING=VALUE..." SQL-command...: into the empty database that both speak of
  local where=$1 sql=("${@:2}")
  say "importing the products"
  agroconnect "$where" migrate
  "${sql[@]}" <"$catalogue/categories.sql"
  for seller in $(seq 8); do agroconnect "$where" create-admin "seller$seller@example.com" <<<'Harvest-2026!'; done
  agroconnect "$where" import-products "$catalogue/products.csv"
  agroconnect "$where" seed --users 1000
}

# As the peer's: one product every seven minutes, two pictures each. SQLite keeps times as microseconds.
dress() { # EXPRESSION for the time of a product
  cat <<SQL
UPDATE products SET is_active = false WHERE id > 10000;
UPDATE products SET created_at = $1, updated_at = $1, images =
  '[{"image":{"id":' || (2 * id - 1) || ',"store":"local","key":"' || substr('0123456789abcdef0123456789abcdef', 1, 31 - length(CAST(id AS text))) || 'a' || id
  || '","width":1600,"height":1200,"version":0},"alt":""},{"image":{"id":' || (2 * id) || ',"store":"local","key":"'
  || substr('0123456789abcdef0123456789abcdef', 1, 31 - length(CAST(id AS text))) || 'b' || id || '","width":1600,"height":1200,"version":0},"alt":""}]'
WHERE id <= 10000;
SQL
}

same_products() { # SQL-command...
  "$@" <<<"SELECT p.id || '|' || p.name || '|' || c.slug FROM products p JOIN categories c ON c.id = p.category_id WHERE p.is_active ORDER BY p.id;" |
    cmp - "$catalogue/names.txt" || { echo "Our products differ from the peer's." >&2; return 1; }
}

fill_postgres() {
  psql -d postgres -c 'DROP DATABASE IF EXISTS agroconnect WITH (FORCE)'
  fill "$(on_postgres agroconnect)" psql -d agroconnect >"$state/import.log"
  dress "timestamptz '2024-01-01 00:00Z' + id * interval '7 minutes'" | psql -d agroconnect
  same_products psql -d agroconnect
  psql -d agroconnect -c 'VACUUM ANALYZE'
}

fill_sqlite() {
  rm -rf "$state/data-sqlite"
  local sql=(sqlite3 -bail "$state/data-sqlite/agroconnect.db")
  fill "$(on_sqlite "$state/data-sqlite")" "${sql[@]}" >"$state/import.log"
  dress '1704067200000000 + id * 420000000' | "${sql[@]}"
  same_products "${sql[@]}"
  "${sql[@]}" <<<'VACUUM; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);' >/dev/null
}
