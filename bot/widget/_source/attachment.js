// The picture that goes with the next message: chosen, made to fit, shown, and handed to the server.

const MOST_BYTES = 5e6;

class Attachment {
  /** @param at gives the panel's elements
   *  @param changed called when there is a picture or none
   *  @param note called with what went wrong; with nothing when that is over
   */
  constructor(at, api, say, changed, note) {
    this.file = null;
    this.at = at;
    this.api = api;
    this.say = say;
    this.changed = changed;
    this.note = note;
  }

  /** Take a file, unless it is none that can be sent. */
  async choose(file) {
    this.at().file.value = "";
    if (!file) return;
    const most = this.api.known?.limits?.picture_bytes || MOST_BYTES;
    if (!PICTURE_TYPES.includes(file.type)) {
      this.note(this.say("picture_type"));
      return;
    }
    const small = await fitting(file, most);
    if (!small) {
      this.note(this.say("picture_big", { n: Math.floor(most / 1e6) }));
      return;
    }
    this.note("");
    this.file = small;
    const canvas = make("canvas", { role: "img", "aria-label": this.say("attached") });
    const { attached, input } = this.at();
    attached.hidden = false;
    attached.replaceChildren(canvas, symbolButton("close", this.say("unattach"), () => this.drop()));
    drawPicture(canvas, small).catch(() => this.drop(this.say("picture_type")));
    this.changed();
    input.focus();
  }

  /** Have no picture any more; `problem` says why, where the shopper did not want that. */
  drop(problem = "") {
    const { attached, input } = this.at();
    this.file = null;
    attached.hidden = true;
    attached.replaceChildren();
    this.note(problem);
    this.changed();
    input.focus();
  }

  /** Hand it to the server; its name there, or null where that did not work. */
  async upload() {
    const { send } = this.at();
    send.disabled = true;
    try {
      const call = { method: "POST", body: this.file, type: this.file.type, seconds: 60 };
      const { picture } = await (await this.api.call("api/pictures", call)).json();
      this.drop();
      return picture;
    } catch (problem) {
      send.disabled = false;
      this.note(problem.message && problem.status ? problem.message : this.say("picture_failed"));
      return null;
    }
  }
}
