using System.Diagnostics;
using System.Text;
using Spectre.Console;

namespace AgroConnect.Commands;

/// <summary>Long work shows a progress bar on a terminal and plain lines elsewhere.</summary>
internal static class Terminal
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    /// <param name="title">What is being done.</param>
    /// <param name="total">How many steps there are; null when nobody knows.</param>
    /// <param name="work">Gets a function to tell how many steps are done by now.</param>
    public static async Task WithProgressAsync(string title, long? total, Func<Action<long>, Task> work)
    {
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(total is null ? $"{title} …" : $"{title}: {total:N0} …");
            var said = Stopwatch.StartNew();
            await work(done =>
            {
                if (said.Elapsed > BetweenLines)
                {
                    Console.WriteLine($"{title}: {done:N0} …");
                    said.Restart();
                }
            });
            return;
        }

        await AnsiConsole.Progress().HideCompleted(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(title, maxValue: total ?? 1);
                task.IsIndeterminate = total is null;
                await work(done => task.Value = done);
                task.Value = task.MaxValue;
            });
    }

    /// <summary>Reads a line that is not shown.</summary>
    public static string AskSecret(string prompt)
    {
        Console.Write(prompt);
        var secret = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.WriteLine();
                    return secret.ToString();
                case ConsoleKey.Backspace when secret.Length > 0:
                    secret.Length--;
                    break;
                default:
                    secret.Append(key.KeyChar);
                    break;
            }
        }
    }
}
