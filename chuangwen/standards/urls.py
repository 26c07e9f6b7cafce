from django.urls import path

from chuangwen.standards.importing import views as importing
from chuangwen.standards.views import keeping, opinions, parts, reporting, results, reviews, rounds

app_name = "standards"
urlpatterns = [
    path("", keeping.standards_page, name="standards"),
    path("table/", keeping.standards_table, name="standards_table"),
    path("new/", keeping.new, name="new"),
    path("install/", keeping.install, name="install"),
    path("import/", importing.read_page, name="import"),
    path("import/<uuid:key>/draft/", importing.draft_page, name="draft"),
    path("<int:pk>/", keeping.standard_page, name="standard"),
    path("<int:pk>/edit/", keeping.edit, name="edit"),
    path("<int:pk>/table/", keeping.standard_table, name="standard_table"),
    path("<int:pk>/differences/<int:other>/", keeping.differences_page, name="differences"),
    path("<int:pk>/round/", reporting.open_round, name="open_round"),
    path("self-reports/<str:number>/", reporting.fill, name="fill"),
    path("self-reports/<str:number>/<int:criterion>/", reporting.answer, name="answer"),
    path("self-reports/<str:number>/<int:criterion>/alike/", reporting.alike_page, name="alike"),
    path("self-reports/<str:number>/proofs/<int:pk>/file/", reporting.proof_file, name="proof_file"),
    path("self-reports/<str:number>/proofs/<int:pk>/drop/", reporting.drop_proof, name="drop_proof"),
    path("rounds/<int:pk>/", rounds.round_page, name="round"),
    path("rounds/<int:pk>/table/", rounds.round_table, name="round_table"),
    path("rounds/<int:pk>/panel/", rounds.panel, name="panel"),
    path("rounds/<int:pk>/draw/", rounds.draw, name="draw"),
    path("rounds/<int:pk>/release/", results.release_round, name="release_round"),
    path("results/<str:number>/", results.result_page, name="result"),
    path("results/<str:number>/table/", results.result_table, name="result_table"),
    path("results/<str:number>/<int:criterion>/object/", results.object_page, name="object"),
    path("rounds/<int:pk>/opinions/", opinions.ask, name="ask_opinions"),
    path("opinions/<str:number>/", opinions.opinions, name="opinions"),
    path("opinions/<str:number>/sheet/", opinions.opinions_sheet, name="opinions_sheet"),
    path("opinions/<str:number>/table/", opinions.opinions_table, name="opinions_table"),
    path("opinions/<str:number>/<int:pk>/file/", opinions.opinion_file, name="opinion_file"),
    path("reviews/<str:number>/", reviews.score, name="score"),
    path("reviews/<str:number>/<int:criterion>/", reviews.mark, name="mark"),
    path("<int:pk>/publish/", keeping.publish, name="publish"),
    path("<int:pk>/act/<str:verb>/", keeping.act, name="act"),
    path("<int:pk>/new/<str:name>/<int:parent>/", parts.new, name="new_part"),
    path("<str:name>/<int:pk>/change/", parts.change, name="part"),
    path("<str:name>/<int:pk>/drop/", parts.drop, name="drop_part"),
]
