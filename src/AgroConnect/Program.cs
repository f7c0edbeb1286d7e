using AgroConnect.Data;
using AgroConnect.Images;
using AgroConnect.Users;
using AgroConnect.Web;

var builder = WebApplication.CreateBuilder(args);

builder.AddWeb();
builder.AddDatabase();
builder.AddImages();
builder.AddUsers();

var app = builder.Build();

app.UseWeb();
app.MapImages();
app.MapUsers();

app.Run();
