"""E-forms as pages: one definition of the catalogue is shown, read back and told in words (FRM-01).

`fields` shows, `parsing` reads what a browser sent, `reading` tells an answer in words, `places` offers
provinces and communes, `prefill` takes first answers from the signed-in party.
"""
