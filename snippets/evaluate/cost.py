"""Cost of ownership over some years, with the working shown, with and without the support plan.

python3 cost.py cost.toml
"""

import sys
import tomllib
from pathlib import Path


def total(sheet: dict[str, dict[str, float]], years: float, plan: bool) -> tuple[list[str], float]:
    """The lines of one way to buy, and their sum."""
    once = sum(sheet["once"].values())
    paid = {k: v for k, v in sheet["yearly"].items() if plan or k != "support_plan"}
    yearly = sum(paid.values())
    down = sheet["downtime"]
    hours = down["hours_with_plan" if plan else "hours_a_year"]
    lost = hours * down["loss_an_hour"] * years
    whole = once + yearly * years + lost
    return [
        f"once      {' + '.join(f'{v:g}' for v in sheet['once'].values())} = {once:g}",
        f"yearly    ({' + '.join(f'{v:g}' for v in paid.values())}) × {years:g} = {yearly * years:g}",
        f"downtime  {hours:g} h × {down['loss_an_hour']:g} × {years:g} = {lost:g}",
        f"total     {whole:g}",
    ], whole


def main() -> int:
    """Read the sheet and print both ways."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: cost.py SHEET.toml\n")
        return 2
    try:
        sheet = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        years = float(sheet.pop("years"))
        without, dear = total(sheet, years, plan=False)
        with_plan, cheap = total(sheet, years, plan=True)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"{sys.argv[1]}: {type(error).__name__}: {error}\n")
        return 2
    sys.stdout.write("\n".join(["without the plan", *without, "", "with the plan", *with_plan]))
    sys.stdout.write(f"\n\nthe plan saves {dear - cheap:g} in {years:g} years\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
