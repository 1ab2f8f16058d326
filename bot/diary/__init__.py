"""The learning diary: the Ausbildungsnachweis (§ 13 S. 2 Nr. 7 BBiG), kept by chat, ending in the official form."""
