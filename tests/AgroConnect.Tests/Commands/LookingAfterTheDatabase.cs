namespace AgroConnect.Tests.Commands;

public sealed class LookingAfterTheDatabase
{
    [Fact]
    public async Task Migrate_makes_the_database_and_finds_nothing_to_do_the_second_time()
    {
        await using var database = TestDatabase.Create();

        var first = (await TheProgram.Run(database, "migrate")).Well();
        var second = (await TheProgram.Run(database, "migrate")).Well();

        Assert.Contains("Applying", first.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Applying", second.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("check")]
    [InlineData("export")]
    public async Task No_command_works_on_another_database_than_the_one_that_was_meant(string command)
    {
        await using var database = TestDatabase.Create();
        var settings = new Dictionary<string, string?>(TheProgram.Production(database.Directory)) { ["Database__Provider"] = "mysql" };

        var ended = await TheProgram.Run(settings, null, command == "export" ? [command, database.Directory] : [command]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("Database:Provider is 'mysql'", ended.OnlyErrorLine, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(database.Directory));
    }

    [Fact]
    public async Task Check_reports_each_service_and_fails_when_one_is_away()
    {
        await using var database = TestDatabase.Create();
        (await TheProgram.Run(database, "migrate")).Well();
        var away = new Dictionary<string, string?>(TheProgram.Production(database.Directory))
        {
            ["Database__Provider"] = "postgres",
            ["Database__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=agro;Password=hush-hush;Database=agro",
        };

        var good = (await TheProgram.Run(database, "check")).Well();
        var bad = await TheProgram.Run(away, null, "check");

        Assert.Matches("(?m)^database +healthy ", good.Out);
        Assert.Equal(1, bad.ExitCode);
        Assert.Matches("(?m)^database +unhealthy ", bad.Out);
        Assert.DoesNotContain("hush-hush", bad.Out + bad.Error, StringComparison.Ordinal);
    }
}
