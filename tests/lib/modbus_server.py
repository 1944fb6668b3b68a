# A Modbus server by Debian's python3-pymodbus, over TCP or on a serial line made of two pseudo terminals. Prints one
# line of JSON when it is ready ({"ready": where}) and one for each change of its registers ({"unit": n, "registers": [...]}).
# usage: modbus_server.py tcp PORT | serial         SPDX-License-Identifier: MIT
import asyncio
import json
import os
import pty
import sys
import tty

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer


def say(what):
    print(json.dumps(what), flush=True)


class Registers(ModbusSequentialDataBlock):
    def __init__(self, unit):
        super().__init__(0, [0] * 16)
        self.unit = unit

    def setValues(self, address, values):
        super().setValues(address, values)
        say({'unit': self.unit, 'registers': self.values[:3]})


def context():
    units = {n: ModbusSlaveContext(hr=Registers(n), zero_mode=True) for n in (1, 7)}
    return ModbusServerContext(slaves=units, single=False)


# Two pseudo terminals, each with its far end in our hands: what comes out of one goes into the other.
def line():
    ends = [pty.openpty() for _ in range(2)]
    for near, far in ends:
        tty.setraw(far)
    loop = asyncio.get_running_loop()
    for i in range(2):
        loop.add_reader(ends[i][0], lambda i=i: os.write(ends[1 - i][0], os.read(ends[i][0], 4096)))
    return [os.ttyname(far) for _, far in ends], ends


async def main():
    if sys.argv[1] == 'tcp':
        port = int(sys.argv[2])
        asyncio.get_running_loop().call_later(0.2, lambda: say({'ready': f'127.0.0.1:{port}'}))
        await StartAsyncTcpServer(context=context(), address=('127.0.0.1', port), defer_start=False)
    else:
        (ours, theirs), _ = line()
        asyncio.get_running_loop().call_later(0.2, lambda: say({'ready': theirs}))
        await StartAsyncSerialServer(context=context(), framer=ModbusRtuFramer, port=ours, baudrate=9600, timeout=1)
        await asyncio.Event().wait()


asyncio.run(main())
