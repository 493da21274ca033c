"""Words that come first to mind in German, French, Spanish, Italian, Portuguese, Dutch and Russian where a password is
asked for, and rows of keys on their keyboards. Pure.

The list of common passwords that `guessing` reads was gathered among people who speak English; these are what it
lacks, with spaces between them. Each is also tried without its accents, by whoever guesses.
"""

FOR_LETTING_IN = """
passwort kennwort losungswort geheim geheimnis zugang anmeldung anmelden benutzer kunde kunden umfrage antwort
antworten firma laden geschäft büro chef willkommen hallo motdepasse passe secret bonjour bienvenue entreprise magasin
boutique bureau client clients sondage réponse contraseña clave secreto acceso hola bienvenido bienvenidos empresa
tienda oficina cliente clientes encuesta respuesta segreto benvenuto benvenuti negozio senha segredo bemvindo loja
wachtwoord welkom winkel пароль привет
"""
"""Words for a password itself, for letting in, and for what is done here."""

TIMES = """
januar jänner februar märz april mai juni juli august september oktober november dezember montag dienstag mittwoch
donnerstag freitag samstag sonnabend sonntag frühling frühjahr sommer herbst winter weihnachten ostern silvester
neujahr heute morgen gestern janvier février mars avril juin juillet août septembre octobre novembre décembre lundi
mardi mercredi jeudi vendredi samedi dimanche printemps été automne hiver noël pâques aujourdhui enero febrero marzo
abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado
domingo primavera verano otoño invierno navidad gennaio febbraio aprile maggio giugno luglio settembre ottobre
dicembre estate autunno inverno lunedì martedì mercoledì giovedì venerdì sabato domenica natale pasqua janeiro
fevereiro março maio junho julho setembro outubro novembro dezembro verão outono natal januari februari maart mei
augustus december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag lente zomer herfst январь февраль март
апрель май июнь июль август сентябрь октябрь ноябрь декабрь понедельник вторник среда четверг пятница суббота
воскресенье весна лето осень зима
"""
"""Months, days, seasons and feasts, which come to mind where a password has to be another one every month."""

COMMON = """
geburtstag ichliebedich ichliebe anniversaire cumpleaños teamomucho compleanno tiamo aniversário euteamo verjaardag
ikhouvanjou деньрождения ялюблютебя
liebe liebling schatz schatzi schätzchen engel hase hasi maus mausi bärchen spatz süße sonne sonnenschein mond stern
sterne blume blumen rose garten baum wald wasser feuer himmel regen schnee hund hunde katze katzen kater pferd pferde
vogel tiger löwe drache delfin schmetterling familie mutter vater mama papa oma opa bruder schwester kinder kind baby
freund freunde freundin leben glück zukunft frieden freiheit traum musik schule lehrer arbeit computer internet
fussball fußball bayern schalke dortmund borussia werder hertha berlin hamburg münchen köln frankfurt stuttgart
düsseldorf leipzig dresden bremen hannover nürnberg wien zürich deutschland österreich schweiz europa kaffee bier
schokolade kuchen apfel kirsche banane erdbeere zucker brot käse haus auto motorrad urlaub strand meer insel berg
teufel hexe zauberer ritter könig königin prinz prinzessin blau grün gelb schwarz weiß silber gold eins zwei drei vier
fünf sechs sieben acht neun zehn lustig cool super toll mein meine dein ich bin der die das und soleil amour coeur
cœur chéri chérie doudou chouchou loulou bébé nounours étoile lune fleur fleurs jardin arbre forêt maison voiture moto
mer plage montagne neige pluie ciel feu chien chienne chat chaton chatte cheval oiseau papillon dauphin loup lapin
poisson famille maman frère soeur sœur enfant enfants copain copine ami amis amie vie bonheur liberté paix rêve
musique école travail ordinateur football marseille paris lyon toulouse bordeaux nantes lille nice strasbourg bretagne
france belgique suisse québec chocolat fromage pain vin café pomme fraise cerise caramel roi reine prince princesse
diable ange dragon bleu rouge vert jaune noir blanc argent petit grand merci jetaime azerty tintin camille marie
nicolas julien amor corazón cariño querido querida teamo tequiero mivida vida cielo sol luna estrella estrellas flor
flores jardín árbol bosque casa coche playa mar montaña nieve lluvia fuego agua perro perrito gato gatito caballo
pájaro mariposa delfín lobo conejo tigre león dragón familia mamá papá abuela abuelo hermano hermana hijo hija niño
niña bebé amigo amiga amigos felicidad libertad paz sueño música escuela trabajo fútbol madrid barcelona sevilla
valencia bilbao españa méxico argentina colombia chile perú chocolate queso vino manzana fresa cereza rey reina
príncipe princesa diablo ángel azul rojo verde amarillo negro blanco plata oro pequeño grande gracias guapa guapo
hermosa amore cuore stella sole fiore mare montagna cane gatto cavallo farfalla famiglia mamma nonna nonno fratello
sorella amico amica vita felicità libertà pace sogno musica scuola lavoro calcio juventus roma milano napoli italia
ciao bella bello tesoro amorzinho coração saudade meuamor gatinho cachorro borboleta benfica flamengo brasil portugal
lisboa liefde schatje lieverd zonnetje bloem hond poes paard vlinder vriend voetbal ajax feyenoord amsterdam nederland
любовь солнце солнышко котенок зайка кошка собака звезда мама папа друг жизнь счастье москва россия спартак зенит
"""
"""Words that people like, people and animals that they have, towns and clubs."""

ROWS = (
    "qwertzuiopü", "qwertyuiop", "azertyuiop", "asdfghjklöä", "asdfghjklñ", "qsdfghjklm", "yxcvbnm", "zxcvbnm",
    "wxcvbn", "1234567890ß", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю",
    "1qay", "2wsx", "3edc", "4rfv", "5tgb", "6zhn", "7ujm", "1qaz", "6yhn", "1aqw", "2zsx",
)  # fmt: skip
"""Keys that lie beside one another, and one below the other."""
