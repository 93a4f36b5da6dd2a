"""Tell Littletown again: ``python -m lmcourse.littletown`` writes data/littletown/."""

from ..runtime import data_folder
from .corpus import save
from .datasheet import datasheet

if __name__ == "__main__":
    for name, digest in save().items():
        print(f"{digest}  {name}")
    sheet = data_folder() / "littletown" / "DATASHEET.md"
    sheet.write_text(datasheet(), encoding="utf-8")
    print(f"{sheet.name} written")
