using System.ComponentModel.DataAnnotations;

namespace AgroConnect.Data;

/// <summary>Settings under <c>Database:</c>; see the configuration page.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    [AllowedValues("sqlite", "postgres")]
    public string Provider { get; set; } = "sqlite";

    /// <summary>Empty: a SQLite file in the data directory.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>A copy on PostgreSQL that lists of the catalogue are read from; empty: there is none.</summary>
    public string ReplicaConnectionString { get; set; } = "";

    public bool MigrateOnStart { get; set; } = true;

    public bool IsPostgres => Provider == "postgres";
}
