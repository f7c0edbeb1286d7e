using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgroConnect.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class SocialStates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "social_states",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    provider = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    redirect_uri = table.Column<string>(type: "text", nullable: false),
                    code_verifier = table.Column<string>(type: "character varying(43)", maxLength: 43, nullable: false),
                    nonce = table.Column<string>(type: "character varying(43)", maxLength: 43, nullable: false),
                    browser = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_social_states", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_social_states_browser",
                table: "social_states",
                column: "browser");

            migrationBuilder.CreateIndex(
                name: "ix_social_states_expires_at",
                table: "social_states",
                column: "expires_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "social_states");
        }
    }
}
