using Microsoft.EntityFrameworkCore;

namespace AgroConnect.Data;

/// <summary>The server database: any number of processes share it.</summary>
public sealed class PostgresDbContext(DbContextOptions<PostgresDbContext> options) : AppDbContext(options);
