using AgroConnect.Commands;
using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;

var builder = WebApplication.CreateBuilder(args);

builder.AddWeb();
builder.AddDatabase();
builder.AddImages();
builder.AddUsers();
builder.AddProducts();
builder.AddCommands();

var app = builder.Build();

app.UseWeb();
app.MapImages();
app.MapUsers();
app.MapProducts();

return await CommandLine.RunAsync(app, args);
