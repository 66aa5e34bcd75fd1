# The arithmetic that pages show: nothing runs here but the calculators.
# uses: evaluate/capacity.py evaluate/cost.py evaluate/cost.toml
cp "$SNIPPETS"/evaluate/{capacity.py,cost.py,cost.toml} .

# --8<-- [start:show]
python3 capacity.py viewers --kbit 2500 --mbit 1000
python3 capacity.py bandwidth --kbit 2500 --viewers 300
python3 capacity.py traffic --kbit 2500 --viewers 300 --hours 4
python3 capacity.py disk --kbit 2500 --rooms 20 --hours 4 --days 60
# --8<-- [end:show]

# --8<-- [start:delay]
python3 capacity.py delay --gop 60 --fps 30 --fragment 2
python3 capacity.py delay --gop 250 --fps 30 --fragment 2
# --8<-- [end:delay]

# --8<-- [start:pk]
python3 capacity.py calls --kbit 1500 --people 2
python3 capacity.py calls --kbit 1500 --people 4
# --8<-- [end:pk]

# --8<-- [start:one-to-one]
python3 capacity.py calls --kbit 800 --people 2
python3 capacity.py bandwidth --kbit 1600 --viewers 100
# --8<-- [end:one-to-one]

# --8<-- [start:voice]
python3 capacity.py calls --kbit 48 --people 8
python3 capacity.py viewers --kbit 64 --mbit 1000
# --8<-- [end:voice]

# --8<-- [start:game]
python3 capacity.py calls --kbit 32 --people 5
python3 capacity.py calls --kbit 32 --people 40
# --8<-- [end:game]

# --8<-- [start:tcp]
python3 capacity.py tcp --rtt 30 --loss 0.1
python3 capacity.py tcp --rtt 250 --loss 0.1
python3 capacity.py tcp --rtt 250 --loss 1
# --8<-- [end:tcp]

# --8<-- [start:cost]
python3 cost.py cost.toml
# --8<-- [end:cost]
