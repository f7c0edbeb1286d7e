using Xunit.v3;

namespace AgroConnect.Tests;

/// <summary>No database has a part in it: <c>./test</c> runs it in the half of SQLite alone.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class WithoutDatabaseAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Database", "none")];
}
