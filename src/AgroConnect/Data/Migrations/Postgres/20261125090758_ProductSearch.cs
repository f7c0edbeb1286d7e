using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgroConnect.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ProductSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("CREATE EXTENSION IF NOT EXISTS pg_trgm");
            migrationBuilder.Sql(
                """
                CREATE TABLE product_search (
                    product_id bigint PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
                    is_active boolean NOT NULL,
                    name tsvector NOT NULL,
                    document tsvector NOT NULL)
                """);
            // fastupdate off: a search never pays for the pending list of earlier writes.
            migrationBuilder.Sql("CREATE INDEX ix_product_search_name ON product_search USING gin (name) WITH (fastupdate = off)");
            migrationBuilder.Sql("CREATE INDEX ix_product_search_document ON product_search USING gin (document) WITH (fastupdate = off)");
            migrationBuilder.Sql("CREATE TABLE search_words (word text COLLATE \"C\" PRIMARY KEY)");
            migrationBuilder.Sql("CREATE INDEX ix_search_words_trigrams ON search_words USING gin (word gin_trgm_ops)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE product_search");
            migrationBuilder.Sql("DROP TABLE search_words");
        }
    }
}
