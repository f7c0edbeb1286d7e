using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgroConnect.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ProductSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The words come analysed (SearchText); unicode61 only has to keep them whole, Indic vowel signs included.
            migrationBuilder.Sql(
                """
                CREATE VIRTUAL TABLE product_search USING fts5(
                    name, crops, category, description, is_active UNINDEXED,
                    prefix = '2 3', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'")
                """);
            migrationBuilder.Sql("CREATE TABLE search_words (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE product_search");
            migrationBuilder.Sql("DROP TABLE search_words");
        }
    }
}
