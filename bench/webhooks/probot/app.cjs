// Verifies and parses a delivery, and has nothing to do about it.
module.exports = (app) => {
  app.on("issues.labeled", async () => {});
};
