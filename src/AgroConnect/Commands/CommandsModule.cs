using AgroConnect.Commands.Moving;

namespace AgroConnect.Commands;

internal static class CommandsModule
{
    public static void AddCommands(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<DemoMarket>();
        builder.Services.AddScoped<DemoCrowd>();
        builder.Services.AddScoped<DemoOrders>();
        builder.Services.AddScoped<DemoChats>();
        builder.Services.AddScoped<ProductImport>();
        builder.Services.AddScoped<ExportMarket>();
        builder.Services.AddScoped<ImportMarket>();
        builder.Services.AddScoped<BackupMarket>();
        builder.Services.AddScoped<RestoreMarket>();
    }
}
