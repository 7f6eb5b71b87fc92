"""pip install -r requirements.txt && TOKEN=… python python_client.py http://127.0.0.1:3000"""
import asyncio, os, sys, socketio

tasks, sio = {}, socketio.AsyncClient()

async def join(*_):
    await sio.emit("dashboard:join", {"mode": "list", "limit": 200})

sio.on("connect", join)  # Again after every reconnect, which happens by itself.
sio.on("resync_required", join)  # Something may have been missed: the state comes anew.

@sio.on("dashboard:state")
async def state(data):
    tasks.clear()
    tasks.update((task["taskId"], task) for task in data["tasks"])
    print(len(tasks), "tasks", flush=True)

@sio.on("dashboard:task_list_updated")
async def updated(task):
    if task["version"] >= tasks.get(task["taskId"], task)["version"]:  # Else the state was newer.
        tasks[task["taskId"]] = task
        print(task["title"], "is", task["status"], flush=True)

sio.on("task:removed", lambda data: tasks.pop(data["taskId"], None))
sio.on("connect_error", lambda data: print(data, file=sys.stderr))
sio.on("error", lambda data: print(data["code"], data["detail"], file=sys.stderr))

async def main():
    auth = {"token": os.environ["TOKEN"]}
    await sio.connect(sys.argv[1], auth=auth, transports=["websocket"], retry=True)
    await sio.wait()

asyncio.run(main())
